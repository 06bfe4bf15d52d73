package dev.facealign.trainer.faults;

import static dev.facealign.trainer.faults.TrainingGround.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jobs that are sent twice, that nobody can train, or that bring their workers down. */
@FaultSuite
class FaultyJobTest {
  private static TrainingGround ground;
  private static JobObserver jobs;

  @BeforeAll
  static void open() {
    ground = TrainingGround.open("faulty");
    jobs = ground.observer();
  }

  @AfterEach
  void tidy() {
    ground.tidy();
  }

  @AfterAll
  static void close() {
    ground.close();
  }

  private static void assertOneResult(String jobId) {
    assertThat(jobs.awaitEnd(jobId, PATIENCE)).matches(TrainingEvent::hasSucceeded);
    assertThat(jobs.events(jobId, JobObserver::isTerminal)).hasSize(1);
    assertThat(jobs.models(jobId)).hasSize(1);
  }

  @Test
  @Fault(
      row = "17",
      injected = "the same job three times on its topic and once on the urgent one, 3 idle workers")
  void aJobThatIsSentFourTimesIsTrainedOnce(Findings findings) {
    // Given
    List<WorkerProcess> workers = List.of(ground.worker(), ground.worker(), ground.worker());
    workers.forEach(WorkerProcess::awaitTaking);
    TrainingJob job = ground.job("fourfold").setEpochs(8).build();

    // When
    ground.send(Topics.URGENT_TRAINING_JOBS, "fourfold", job.toByteArray(), "");
    for (int i = 0; i < 3; i++) {
      ground.send(job);
    }

    // Then
    assertOneResult("fourfold");
    ground.send(job);
    // A job sent behind them all: by its end, whoever took a duplicate has dealt with it.
    ground.send(ground.job("behind").build());
    assertOneResult("behind");
    int started = jobs.events("fourfold", TrainingEvent::hasStarted).size();
    findings.saw(
        "%d attempt(s) that counted, %d `started` on the log, one result",
        jobs.attempts("fourfold").size(), started);
    assertThat(jobs.attempts("fourfold")).hasSize(1);
    assertThat(jobs.events("fourfold", JobObserver::isTerminal)).hasSize(1);
    assertThat(jobs.events("fourfold", TrainingEvent::hasTrainingBegan)).hasSize(1);
  }

  @Test
  @Fault(row = "17", injected = "the same job submitted at the desk and by a producer")
  void aJobThatAProducerSendsAgainIsTrainedOnce(Findings findings) {
    // Given
    ground.worker().awaitTaking();
    ground.worker().awaitTaking();
    TrainingJob.Builder job = ground.job("twice").setEpochs(4);

    // When
    TrainingJob accepted = ground.submit(job).getJob();
    ground.submit(job);
    ground.send(accepted);

    // Then
    assertOneResult("twice");
    findings.saw("%d attempt(s), one result", jobs.attempts("twice").size());
    assertThat(jobs.attempts("twice")).hasSize(1);
  }

  /** A record that is no job that can be trained, and how its dead letter begins. */
  private record Bad(ByteString value, String contentType, String reason) {
    static Bad job(TrainingJob.Builder job, String reason) {
      return new Bad(job.build().toByteString(), "", reason);
    }

    static Bad json(String json, String reason) {
      return new Bad(ByteString.copyFromUtf8(json), "application/json", reason);
    }
  }

  private static Map<String, Bad> badJobs() {
    Map<String, Bad> bad = new LinkedHashMap<>();
    bad.put(
        "not-protobuf",
        new Bad(
            ByteString.copyFromUtf8("\u0001neither this nor that"),
            "",
            "value: 22 bytes (expected: a protobuf TrainingJob"));
    bad.put("empty", new Bad(ByteString.EMPTY, "", "dataset.name: "));
    bad.put("not-json", Bad.json("{\"jobId\": ", "value: 10 characters (expected: JSON"));
    bad.put(
        "unknown-word",
        Bad.json(
            "{\"dataset\": {\"name\": \"faces\"}, \"network\": \"NETWORK_OF_FRIENDS\"}",
            "network: NETWORK_OF_FRIENDS"));
    bad.put(
        "other-format",
        new Bad(ByteString.copyFromUtf8("a: 1"), "text/yaml", "content-type: text/yaml"));
    bad.put("unknown-number", bad(job -> job.setNetworkValue(99), "network: 99"));
    bad.put("no-dataset", bad(TrainingJob.Builder::clearDataset, "dataset.name: "));
    bad.put("gone-dataset", bad(job -> job.setDataset(named("gone")), "dataset: gone"));
    bad.put(
        "path-dataset",
        bad(job -> job.setDataset(named("../../etc")), "dataset.name: ../../etc (expected: "));
    bad.put("no-shape-model", bad(TrainingJob.Builder::clearShapeModel, "shape_model: "));
    bad.put(
        "gone-shape-model", bad(job -> job.setShapeModel("0123456789"), "shape model: 0123456789"));
    bad.put("lambda-0", bad(job -> job.setLoss(lambda(0)), "loss.lambda: 0.0 (expected: > 0"));
    bad.put(
        "lambda-negative", bad(job -> job.setLoss(lambda(-1)), "loss.lambda: -1.0 (expected: > 0"));
    bad.put(
        "lambda-nan", bad(job -> job.setLoss(lambda(Double.NaN)), "loss.lambda: NaN (expected: "));
    bad.put("epochs-0", bad(job -> job.setEpochs(0), "epochs: 0 (expected: "));
    bad.put(
        "epochs-many", bad(job -> job.setEpochs(1_000_000_000), "epochs: 1000000000 (expected: "));
    return bad;
  }

  private static Bad bad(UnaryOperator<TrainingJob.Builder> change, String reason) {
    return Bad.job(change.apply(ground.job("")), reason);
  }

  private static DatasetRef named(String name) {
    return DatasetRef.newBuilder().setName(name).build();
  }

  private static LossSettings lambda(double lambda) {
    return LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_ACR).setLambda(lambda).build();
  }

  @Test
  @Fault(row = "18", injected = "16 records that nobody can train, then a good one; one worker")
  void whatNobodyCanTrainIsLaidAsideAndTheQueueMovesOn(Findings findings) {
    // Given
    ground.worker().awaitTaking();
    Map<String, Bad> bad = badJobs();

    // When
    Instant sent = Instant.now();
    bad.forEach(
        (key, record) ->
            ground.send(
                Topics.TRAINING_JOBS, key, record.value().toByteArray(), record.contentType()));
    ground.send(ground.job("good").build());

    // Then
    TrainingEvent started = jobs.awaitAttempt("good", 1, PATIENCE);
    assertOneResult("good");
    List<String> wrong = new ArrayList<>();
    bad.forEach(
        (key, record) -> {
          TrainingDeadLetter letter = jobs.awaitDeadLetter(key, PATIENCE);
          if (!letter.getReason().startsWith(record.reason())
              || !letter.getOriginalValue().equals(record.value())
              || !letter.getContentType().equals(record.contentType())
              || letter.getKind() != FailureKind.FAILURE_KIND_REFUSED) {
            wrong.add(key + ": " + letter.getKind() + " " + letter.getReason());
          }
        });
    assertThat(wrong).isEmpty();
    findings.saw(
        "%d dead letters with reason and original bytes; the good job began %.1f s after the first"
            + " record",
        bad.size(), Findings.seconds(sent, JobObserver.at(started)));
  }

  @Test
  @Fault(row = "20", injected = "a learning rate of 1: the loss explodes")
  void aDivergingJobEndsWithItsLastGoodCheckpoint(Findings findings) {
    // Given a rate a thousand times too high, and checkpoints before the end of the first epoch
    ground.worker().awaitTaking();
    TrainingJob.Builder job =
        ground
            .job("diverging")
            .setEpochs(2)
            .setInputSizePx(128)
            .setBatchSize(1)
            .setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2).setCoordinateScale(1))
            .setOptimiser(
                OptimiserSettings.newBuilder()
                    .setLearningRate(1)
                    .setWarmupShare(0)
                    .setGradientClipNorm(1e9));

    // When
    ground.submit(job);

    // Then
    TrainingEvent end = jobs.awaitEnd("diverging", PATIENCE);
    assertThat(end).matches(TrainingEvent::hasFailed);
    assertThat(end.getFailed().getKind()).isEqualTo(FailureKind.FAILURE_KIND_DIVERGED);
    TrainingDeadLetter letter = jobs.awaitDeadLetter("diverging", PATIENCE);
    assertThat(letter.getKind()).isEqualTo(FailureKind.FAILURE_KIND_DIVERGED);
    assertThat(letter.getHistoryCount()).isEqualTo(1);
    List<TrainingEvent> kept = jobs.events("diverging", TrainingEvent::hasCheckpoint);
    assertThat(kept).isNotEmpty();
    String newest = kept.get(kept.size() - 1).getCheckpoint().getArtifact();
    assertThat(ground.store().open(ArtifactKind.CHECKPOINT, newest).files()).isNotEmpty();
    assertThat(jobs.models("diverging")).isEmpty();
    findings.saw(
        "failed as DIVERGED (%s), dead letter, the checkpoint of step %d whole in the store",
        end.getFailed().getMessage().strip(), kept.get(kept.size() - 1).getCheckpoint().getStep());
  }

  @Test
  @Fault(row = "22", injected = "one unreadable picture among 24")
  void anUnreadablePictureFailsTheJobByName(Findings findings) throws IOException {
    // Given
    ground.worker().awaitTaking();
    RenderedDataset.write(ground.dataset("spoilt"), 24, 0, 96, 11);
    Path picture = ground.dataset("spoilt").resolve("rendered/trainset/face_00013.jpg");
    Files.write(picture, new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3});

    // When
    ground.send(ground.job("spoilt").setDataset(named("spoilt")).build());

    // Then
    TrainingEvent end = jobs.awaitEnd("spoilt", PATIENCE);
    assertThat(end).matches(TrainingEvent::hasFailed);
    assertThat(end.getFailed().getKind()).isEqualTo(FailureKind.FAILURE_KIND_DATA);
    assertThat(end.getFailed().getMessage()).contains("face_00013");
    assertThat(jobs.awaitDeadLetter("spoilt", PATIENCE).getReason()).contains("face_00013");
    findings.saw("failed by name: %s", end.getFailed().getMessage());
  }

  @Test
  @Fault(row = "22", injected = "one unreadable annotation among 24")
  void anUnreadableAnnotationIsRefusedByName(Findings findings) throws IOException {
    // Given
    ground.worker().awaitTaking();
    RenderedDataset.write(ground.dataset("misread"), 24, 0, 96, 12);
    Path points = ground.dataset("misread").resolve("rendered/trainset/face_00007.pts");
    Files.writeString(points, Files.readString(points).replaceFirst("\\d+\\.\\d+", "1,5"));

    // When
    ground.send(ground.job("misread").setDataset(named("misread")).build());

    // Then
    TrainingEvent end = jobs.awaitEnd("misread", PATIENCE);
    String reason = jobs.awaitDeadLetter("misread", PATIENCE).getReason();
    assertThat(JobObserver.isTerminal(end)).isTrue();
    assertThat(reason).contains("face_00007.pts");
    findings.saw("%s: %s", end.getEventCase(), reason);
  }

  @Test
  @Fault(row = "attempts in vain", injected = "every worker is killed before its first checkpoint")
  void aJobThatKillsItsWorkersIsLaidAside(Findings findings) {
    // Given
    int most = 3;
    Map<String, String> settings = Map.of("facealign.trainer.attempts-in-vain", "" + most);
    ground.send(ground.job("deadly").setEpochs(1000).setCheckpointEverySeconds(600).build());

    // When
    for (int attempt = 1; attempt <= most; attempt++) {
      WorkerProcess worker = ground.worker(settings);
      jobs.awaitAttempt("deadly", attempt, PATIENCE);
      worker.kill();
    }
    ground.worker(settings);

    // Then
    TrainingEvent end = jobs.awaitEnd("deadly", PATIENCE);
    assertThat(end).matches(TrainingEvent::hasDeadLettered);
    TrainingDeadLetter letter = jobs.awaitDeadLetter("deadly", PATIENCE);
    assertThat(letter.getKind()).isEqualTo(FailureKind.FAILURE_KIND_NO_PROGRESS);
    assertThat(letter.getHistoryList())
        .hasSize(most)
        .allMatch(attempt -> attempt.getEnded().isEmpty());
    findings.saw("dead letter after %d attempts: %s", letter.getAttempts(), letter.getReason());
  }

  @Test
  @Fault(row = "17", injected = "a record that no job can be read from, in the name of a good job")
  void anUnreadableRecordDoesNotEndTheJobItIsNamedAfter(Findings findings) {
    // Given
    ground.worker().awaitTaking();
    ground.submit(ground.job("namesake").setEpochs(6));
    jobs.awaitAttempt("namesake", 1, PATIENCE);

    // When
    ground.send(
        Topics.TRAINING_JOBS,
        "namesake",
        ground.job("namesake").setEpochs(0).build().toByteArray(),
        "");

    // Then
    assertOneResult("namesake");
    TrainingDeadLetter letter = jobs.awaitDeadLetter("namesake", PATIENCE);
    assertThat(letter.getReason()).startsWith("epochs: 0");
    Awaitility.await()
        .during(Duration.ofSeconds(1))
        .until(() -> jobs.events("namesake", JobObserver::isTerminal).size() == 1);
    assertThat(Set.of(jobs.end("namesake").orElseThrow().getEventCase()))
        .containsExactly(TrainingEvent.EventCase.SUCCEEDED);
    findings.saw("the job has its result, the record its dead letter");
  }
}
