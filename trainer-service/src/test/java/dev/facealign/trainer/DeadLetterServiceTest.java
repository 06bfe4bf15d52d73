package dev.facealign.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.GetDeadLetterRequest;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.JobState;
import dev.facealign.v1.ListDeadLettersRequest;
import dev.facealign.v1.ListDeadLettersResponse;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Priority;
import dev.facealign.v1.ResubmitDeadLetterRequest;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import dev.facealign.v1.WatchJobRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters as the service's users see them: a real broker, real gRPC, real trainings. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DeadLetterServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private static Path folder;

  private static EmbeddedBroker broker;
  private static ApplicationContext service;
  private static ManagedChannel channel;
  private static TrainingJobsGrpc.TrainingJobsBlockingStub jobs;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.startTemporary();
    RenderedDataset.write(folder.resolve("datasets/faces"), 32, 4, 96, 7);
    service =
        ApplicationContext.run(
            Map.of(
                "facealign.kafka.bootstrap-servers", broker.bootstrapServers(),
                "facealign.artifacts.root", folder.resolve("artifacts").toString(),
                "facealign.datasets.root", folder.resolve("datasets").toString(),
                "grpc.server.port", 0,
                "micronaut.server.port", -1));
    GrpcEmbeddedServer server = service.getBean(GrpcEmbeddedServer.class);
    server.start();
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
            .build();
    jobs = TrainingJobsGrpc.newBlockingStub(channel);
    Readiness readiness = service.getBean(Readiness.class);
    Awaitility.await().atMost(PATIENCE).until(() -> !readiness.unmet().containsKey("event-log"));
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    service.close();
    broker.close();
  }

  @Test
  void aRefusedJobIsSubmittedAgainWithItsFaultMended() throws Exception {
    // Given
    String json =
        "{\"jobId\": \"faulty\", \"dataset\": {\"name\": \"faces\"}, \"loss\": {\"kind\": \"LOSS_KIND_L2\"},"
            + " \"epochs\": 0, \"inputSizePx\": 64, \"batchSize\": 8}";
    produce(Topics.TRAINING_JOBS, "faulty", json.getBytes(StandardCharsets.UTF_8));
    awaitState("faulty", JobState.JOB_STATE_DEAD_LETTERED);

    // When
    TrainingDeadLetter letter = letter("faulty");

    // Then
    assertThat(letter.getReason()).isEqualTo("epochs: 0 (expected: 1 to 10000)");
    assertThat(letter.getKind()).isEqualTo(FailureKind.FAILURE_KIND_REFUSED);
    assertThat(letter.getOriginalValue().toStringUtf8()).isEqualTo(json);
    assertThat(letter.getHistoryList()).as("no attempt was begun").isEmpty();

    // When nothing is changed
    assertStatus(
        () -> resubmit(again("faulty")),
        Status.Code.INVALID_ARGUMENT,
        "epochs: 0 (expected: 1 to 10000)");

    // When
    TrainingJobStatus submitted =
        resubmit(again("faulty").setChanges(TrainingJob.newBuilder().setEpochs(1)));

    // Then
    assertThat(submitted.getJob().getJobId()).isEqualTo("faulty-again");
    assertThat(submitted.getJob().getEpochs()).isEqualTo(1);
    assertThat(submitted.getJob().getInputSizePx()).as("of the original").isEqualTo(64);
    assertThat(submitted.getJob().getContinueJob()).as("it never ran").isEmpty();
    assertThat(event("faulty-again", TrainingEvent::hasSucceeded)).isNotNull();

    // When it is submitted once more
    TrainingJobStatus more =
        resubmit(again("faulty").setChanges(TrainingJob.newBuilder().setEpochs(1).setSeed(2)));

    // Then
    assertThat(more.getJob().getJobId()).isEqualTo("faulty-again-2");
    assertStatus(
        () ->
            resubmit(
                again("faulty")
                    .setNewJobId("faulty-again")
                    .setChanges(TrainingJob.newBuilder().setEpochs(1).setSeed(3))),
        Status.Code.ALREADY_EXISTS,
        "job_id: faulty-again");
  }

  @Test
  void aJobGoesOnFromTheCheckpointItLeftWhereThatFits() throws Exception {
    // Given a job that left a checkpoint, and a letter that says it is dead
    jobs.submitJob(SubmitJobRequest.newBuilder().setJob(job("stopped").setEpochs(5000)).build());
    event("stopped", TrainingEvent::hasCheckpoint);
    cancel("stopped");
    deadLetter("stopped", Topics.URGENT_TRAINING_JOBS, job("stopped").setEpochs(5000));
    awaitLetter("stopped");

    // When
    TrainingJobStatus same = resubmit(again("stopped").setNewJobId("goes-on"));
    TrainingBegan began = event("goes-on", TrainingEvent::hasTrainingBegan).getTrainingBegan();
    cancel("goes-on");

    // Then
    assertThat(same.getJob().getContinueJob()).isEqualTo("stopped");
    assertThat(same.getJob().getPriority()).as("its topic's").isEqualTo(Priority.PRIORITY_URGENT);
    assertThat(began.getResumedEpoch()).isPositive();

    // When what comes out is another run
    TrainingJobStatus other =
        resubmit(
            again("stopped")
                .setNewJobId("other-seed")
                .setChanges(
                    TrainingJob.newBuilder().setSeed(2).setPriority(Priority.PRIORITY_NORMAL)));
    began = event("other-seed", TrainingEvent::hasTrainingBegan).getTrainingBegan();
    cancel("other-seed");

    // Then
    assertThat(other.getJob().getContinueJob()).isEmpty();
    assertThat(other.getJob().getPriority()).isEqualTo(Priority.PRIORITY_NORMAL);
    assertThat(began.getResumedEpoch()).isZero();

    // When it is asked to begin anew
    TrainingJobStatus anew = resubmit(again("stopped").setNewJobId("anew").setFromStart(true));
    cancel("anew");

    // Then
    assertThat(anew.getJob().getContinueJob()).isEmpty();
  }

  @Test
  void aJobThatIsToContinueAnotherOfOtherSettingsIsRefused() throws Exception {
    // Given
    jobs.submitJob(SubmitJobRequest.newBuilder().setJob(job("before").setEpochs(5000)).build());
    event("before", TrainingEvent::hasCheckpoint);
    cancel("before");
    TrainingJob.Builder misfit = job("misfit").setEpochs(5000).setSeed(2).setContinueJob("before");
    String reason =
        "continue_job: before (expected: a job of the same settings and data, or none; seed: 1 in the"
            + " checkpoint (expected: 2 of this run))";

    // When, Then
    assertStatus(
        () -> jobs.submitJob(SubmitJobRequest.newBuilder().setJob(misfit).build()),
        Status.Code.INVALID_ARGUMENT,
        reason);

    // When a producer sends it itself
    produce(Topics.TRAINING_JOBS, "misfit", misfit.build().toByteArray());

    // Then
    awaitState("misfit", JobState.JOB_STATE_DEAD_LETTERED);
    TrainingDeadLetter letter = letter("misfit");
    assertThat(letter.getReason()).isEqualTo(reason);
    assertThat(letter.getKind()).isEqualTo(FailureKind.FAILURE_KIND_REFUSED);
    assertThat(letter.getHistoryList())
        .singleElement()
        .satisfies(attempt -> assertThat(attempt.getEnded()).isEqualTo(reason));

    // When it is submitted again, it need not continue
    TrainingJobStatus again =
        resubmit(again("misfit").setChanges(TrainingJob.newBuilder().setEpochs(1)));

    // Then
    assertThat(again.getJob().getContinueJob()).isEmpty();
    assertThat(event("misfit-again", TrainingEvent::hasSucceeded)).isNotNull();
  }

  @Test
  void lettersAreListedPageByPageNewestFirstAndOnceEach() throws Exception {
    // Given
    deadLetter("page-1", Topics.TRAINING_JOBS, job("page-1"));
    deadLetter("page-2", Topics.TRAINING_JOBS, job("page-2"));
    deadLetter("page-2", Topics.TRAINING_JOBS, job("page-2"));
    deadLetter("page-3", Topics.TRAINING_JOBS, job("page-3"));
    awaitLetter("page-3");

    // When
    StringBuilder seen = new StringBuilder();
    String token = "";
    do {
      ListDeadLettersResponse page =
          jobs.listDeadLetters(
              ListDeadLettersRequest.newBuilder().setPageSize(1).setPageToken(token).build());
      assertThat(page.getDeadLettersCount()).isEqualTo(1);
      String id = page.getDeadLetters(0).getJobId();
      seen.append(id.startsWith("page-") ? id + " " : "");
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    // Then
    assertThat(seen.toString()).isEqualTo("page-3 page-2 page-1 ");
    assertStatus(
        () ->
            jobs.listDeadLetters(
                ListDeadLettersRequest.newBuilder().setPageToken("gone/0/0").build()),
        Status.Code.INVALID_ARGUMENT,
        "page_token: gone/0/0");
    assertStatus(
        () -> jobs.listDeadLetters(ListDeadLettersRequest.newBuilder().setPageSize(0).build()),
        Status.Code.INVALID_ARGUMENT,
        "page_size: 0");
  }

  @Test
  void whatCannotBeSubmittedAgainIsSaidWithItsReason() throws Exception {
    // Given
    produce(Topics.TRAINING_JOBS, "", "no job at all".getBytes(StandardCharsets.UTF_8));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                find(l -> l.getOriginalValue().toStringUtf8().equals("no job at all")).isPresent());
    String id =
        find(l -> l.getOriginalValue().toStringUtf8().equals("no job at all"))
            .orElseThrow()
            .getJobId();

    // When, Then
    assertStatus(
        () -> resubmit(again(id)),
        Status.Code.INVALID_ARGUMENT,
        "job_id: " + id + " (expected: a dead letter with a job that can be read; value: ");
    assertStatus(
        () -> resubmit(again("never")), Status.Code.NOT_FOUND, "dead letter: never (expected: ");
    assertStatus(() -> letter("never"), Status.Code.NOT_FOUND, "dead letter: never");

    // Given
    String longest = "x".repeat(64);
    deadLetter(longest, Topics.TRAINING_JOBS, job(longest));
    awaitLetter(longest);

    // When, Then
    assertStatus(
        () -> resubmit(again(longest)),
        Status.Code.INVALID_ARGUMENT,
        "new_job_id: empty (expected: a name, as " + longest + "-again cannot be one)");
    assertStatus(
        () -> resubmit(again(longest).setChanges(TrainingJob.newBuilder().setJobId("y"))),
        Status.Code.INVALID_ARGUMENT,
        "changes.job_id: y (expected: empty; new_job_id has the new job's name)");
    assertStatus(
        () ->
            resubmit(
                again(longest)
                    .setFromStart(true)
                    .setChanges(TrainingJob.newBuilder().setContinueJob("y"))),
        Status.Code.INVALID_ARGUMENT,
        "changes.continue_job: y (expected: empty together with from_start)");
  }

  private static TrainingJob.Builder job(String id) {
    return TrainingJob.newBuilder()
        .setJobId(id)
        .setDataset(DatasetRef.newBuilder().setName("faces"))
        .setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2))
        .setInputSizePx(64)
        .setBatchSize(8)
        .setEpochs(1);
  }

  private static ResubmitDeadLetterRequest.Builder again(String jobId) {
    return ResubmitDeadLetterRequest.newBuilder().setJobId(jobId);
  }

  private static TrainingJobStatus resubmit(ResubmitDeadLetterRequest.Builder request) {
    return jobs.resubmitDeadLetter(request.build());
  }

  private static TrainingDeadLetter letter(String jobId) {
    return jobs.getDeadLetter(GetDeadLetterRequest.newBuilder().setJobId(jobId).build());
  }

  private static Optional<TrainingDeadLetter> find(Predicate<TrainingDeadLetter> wanted) {
    return jobs
        .listDeadLetters(ListDeadLettersRequest.getDefaultInstance())
        .getDeadLettersList()
        .stream()
        .filter(wanted)
        .findFirst();
  }

  private static void awaitLetter(String jobId) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> find(letter -> letter.getJobId().equals(jobId)).isPresent());
  }

  private static void awaitState(String jobId, JobState state) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () ->
                jobs.getJob(GetJobRequest.newBuilder().setJobId(jobId).build()).getState()
                    == state);
  }

  /** Waits for an event of a job. */
  private static TrainingEvent event(String jobId, Predicate<TrainingEvent> wanted) {
    Iterator<TrainingEvent> events =
        jobs.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .watchJob(WatchJobRequest.newBuilder().setJobId(jobId).build());
    while (events.hasNext()) {
      TrainingEvent event = events.next();
      if (wanted.test(event)) {
        return event;
      }
    }
    throw new AssertionError("job " + jobId + " ended without the event");
  }

  private static void cancel(String jobId) {
    var unused = jobs.cancelJob(CancelJobRequest.newBuilder().setJobId(jobId).build());
    awaitState(jobId, JobState.JOB_STATE_CANCELLED);
  }

  /**
   * Lays a letter on the topic, as a worker would; its place is the job id's, as far as it matters.
   */
  private static void deadLetter(String jobId, String topic, TrainingJob.Builder original)
      throws Exception {
    TrainingDeadLetter letter =
        TrainingDeadLetter.newBuilder()
            .setJobId(jobId)
            .setReason("made up")
            .setKind(FailureKind.FAILURE_KIND_NO_PROGRESS)
            .setOriginalValue(ByteString.copyFrom(original.build().toByteArray()))
            .setTopic(topic)
            .setOffset(1_000_000L + Integer.toUnsignedLong(jobId.hashCode()))
            .setAt(Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000))
            .build();
    produce(Topics.TRAINING_DEAD_LETTERS, jobId, letter.toByteArray());
  }

  private static void produce(String topic, String key, byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key.isEmpty() ? null : key, value)).get();
    }
  }

  private static void assertStatus(Runnable call, Status.Code code, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).startsWith(message);
            });
  }
}
