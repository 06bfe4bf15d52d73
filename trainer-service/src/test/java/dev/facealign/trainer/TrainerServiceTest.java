package dev.facealign.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.ContentHash;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.ShapeModelContract;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import dev.facealign.render.RenderedDataset;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.keras.KerasReference;
import dev.facealign.v1.ArtifactFile;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.GetSweepRequest;
import dev.facealign.v1.ImportModelRequest;
import dev.facealign.v1.ImportModelResponse;
import dev.facealign.v1.ImportSettings;
import dev.facealign.v1.JobState;
import dev.facealign.v1.ListJobsRequest;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.ModelImportsGrpc;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import dev.facealign.v1.Network;
import dev.facealign.v1.Priority;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.SweepGrid;
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
import io.grpc.stub.StreamObserver;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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

/** The service as its users see it: a real broker, real gRPC, a real network on rendered faces. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class TrainerServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private static Path folder;

  private static EmbeddedBroker broker;
  private static ApplicationContext service;
  private static EmbeddedServer http;
  private static ManagedChannel channel;
  private static TrainingJobsGrpc.TrainingJobsBlockingStub jobs;
  private static String shapeModel;
  private static final ConcurrentLinkedQueue<FollowedRecord<TrainingDeadLetter>> deadLetters =
      new ConcurrentLinkedQueue<>();
  private static final ConcurrentLinkedQueue<FollowedRecord<ModelRecord>> models =
      new ConcurrentLinkedQueue<>();
  private static final List<TopicFollower<?>> followers = new ArrayList<>();

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
    http = service.getBean(EmbeddedServer.class).start();
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
            .build();
    jobs = TrainingJobsGrpc.newBlockingStub(channel);
    shapeModel = publishShapeModel();
    KafkaSettings kafka = service.getBean(KafkaSettings.class);
    follow(
        new TopicFollower<>(
            kafka, Topics.TRAINING_DEAD_LETTERS, TrainingDeadLetter.parser(), deadLetters::add));
    follow(new TopicFollower<>(kafka, Topics.MODELS, ModelRecord.parser(), models::add));
    Readiness readiness = service.getBean(Readiness.class);
    Awaitility.await().atMost(PATIENCE).until(() -> !readiness.unmet().containsKey("event-log"));
  }

  private static void follow(TopicFollower<?> follower) {
    followers.add(follower);
    follower.start();
  }

  private static String publishShapeModel() {
    FaceDataset faces = service.getBean(DatasetCatalog.class).open("faces", "train", "68");
    ShapeModelFitter fitter = new ShapeModelFitter(faces.scheme(), CropPolicy.SQUARE_V1);
    for (FaceSample face : faces.faces()) {
      fitter.add(
          CropPolicy.SQUARE_V1.region(face.landmarks().boundingBox()).toLabels(face.landmarks()));
    }
    return service
        .getBean(StoredShapeModels.class)
        .publish(ShapeModelContract.toProto(fitter.fit(), Contracts.fingerprint(faces)))
        .version();
  }

  @AfterAll
  static void stop() {
    followers.forEach(TopicFollower::close);
    channel.shutdownNow();
    service.close();
    broker.close();
  }

  @Test
  void aSubmittedJobBecomesAPublishedModel() throws Exception {
    // When
    TrainingJobStatus submitted = submit(job("submitted").setEpochs(2));
    List<TrainingEvent> events = watchToTheEnd("submitted");

    // Then
    assertThat(submitted.getJob().getShapeModel()).as("a prefix is resolved").isEqualTo(shapeModel);
    assertThat(events)
        .extracting(TrainingEvent::getEventCase)
        .contains(TrainingEvent.EventCase.QUEUED, TrainingEvent.EventCase.STARTED)
        .contains(TrainingEvent.EventCase.CHECKPOINT)
        .endsWith(TrainingEvent.EventCase.SUCCEEDED);
    assertThat(events.stream().filter(TrainingEvent::hasEpoch)).hasSize(2);
    TrainingEvent epoch = events.stream().filter(TrainingEvent::hasEpoch).findFirst().orElseThrow();
    assertThat(epoch.getEpoch().getLoss()).isPositive();
    assertThat(epoch.getEpoch().getValidationNme()).isPositive();
    assertThat(epoch.getEpoch().getImagesPerSecond()).isPositive();

    TrainingJobStatus status =
        jobs.getJob(GetJobRequest.newBuilder().setJobId("submitted").build());
    assertThat(status.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    ModelManifest manifest = manifest(status.getModelVersion());
    assertThat(manifest.getVersion()).isEqualTo(status.getModelVersion());
    assertThat(manifest.getJob().getEpochs()).isEqualTo(2);
    assertThat(manifest.getTrainingData().getFaces() + manifest.getValidationData().getFaces())
        .isEqualTo(32);
    assertThat(manifest.getInt8().getCalibrationFaces())
        .isEqualTo(manifest.getTrainingData().getFaces());
    assertThat(manifest.getInt8().getValidationNme()).isPositive();
    assertThat(manifest.getFilesList())
        .extracting(ArtifactFile::getName)
        .as("an 8-bit network that is not offered is left out")
        .isEqualTo(
            manifest.getInt8().getOffered()
                ? List.of("model.onnx", "weights.safetensors", "model.int8.onnx")
                : List.of("model.onnx", "weights.safetensors"));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                models.stream()
                    .anyMatch(record -> record.key().equals("model/" + manifest.getVersion())));

    // When: the same job is submitted again
    TrainingJobStatus again = submit(job("submitted").setEpochs(2));

    // Then
    assertThat(again.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertStatus(
        () -> submit(job("submitted").setEpochs(3)),
        Status.Code.ALREADY_EXISTS,
        "job_id: submitted");

    // When: another job begins with the model
    String prefix = manifest.getVersion().substring(0, 8);
    TrainingJobStatus onwards =
        submit(job("onwards").setEpochs(1).setStartModel(prefix).setInt8(false));
    List<TrainingEvent> course = watchToTheEnd("onwards");

    // Then
    assertThat(onwards.getJob().getStartModel()).isEqualTo(manifest.getVersion());
    assertThat(course)
        .extracting(TrainingEvent::getEventCase)
        .endsWith(TrainingEvent.EventCase.SUCCEEDED);
    TrainingEvent first = course.stream().filter(TrainingEvent::hasEpoch).findFirst().orElseThrow();
    assertThat(first.getEpoch().getLoss()).isLessThan(epoch.getEpoch().getLoss());
    assertThat(
            manifest(course.get(course.size() - 1).getSucceeded().getModelVersion())
                .getJob()
                .getStartModel())
        .isEqualTo(manifest.getVersion());
    assertStatus(
        () ->
            submit(job("other").setStartModel(prefix).setNetwork(Network.NETWORK_EFFICIENTNET_B0)),
        Status.Code.FAILED_PRECONDITION,
        "start_model.network: mobilenet-v2 (expected: efficientnet-b0, as the job has)");
  }

  @Test
  void aRunHasAPageWithItsCourseAndWhatTheNetworkMadeOfSomeFaces() throws Exception {
    // Given
    submit(job("looked-at").setEpochs(2));
    int held =
        watchToTheEnd("looked-at").stream()
            .filter(TrainingEvent::hasTrainingBegan)
            .findFirst()
            .orElseThrow()
            .getTrainingBegan()
            .getValidationFaces();

    // When
    HttpResponse<String> page = get("/runs/looked-at");

    // Then
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(page.body())
        .contains("2 of 2", "Held-out NME", "Sample predictions", "rendered/trainset/face_")
        .contains("&quot;epochs&quot;:[1,2]")
        .doesNotContain("data-live=");
    assertThat(Pattern.compile("href=\"data:image/jpeg").matcher(page.body()).results())
        .hasSize(Math.min(6, held));
    assertThat(get("/runs/looked-at.json").body())
        .contains("\"samples\": \"looked-at/epoch-00002-");
    assertThat(get("/runs").body()).contains("href=\"/runs/looked-at\"");
    assertThat(get("/runs/none").statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(http.getURI().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aJobThatAPlainProducerSendsAsJsonIsTrained() throws Exception {
    // Given
    String json =
        "{\"jobId\": \"from-json\", \"dataset\": {\"name\": \"faces\"}, \"loss\": {\"kind\": \"LOSS_KIND_L2\"},"
            + " \"epochs\": 1, \"inputSizePx\": 64, \"batchSize\": 8}";

    // When
    produce("from-json", json.getBytes(StandardCharsets.UTF_8));
    awaitKnown("from-json");
    List<TrainingEvent> events = watchToTheEnd("from-json");

    // Then
    assertThat(events).last().matches(TrainingEvent::hasSucceeded);
    assertThat(
            jobs.listJobs(
                    ListJobsRequest.newBuilder().setState(JobState.JOB_STATE_SUCCEEDED).build())
                .getJobsList())
        .anyMatch(job -> job.getJob().getJobId().equals("from-json"));
  }

  @Test
  void aFaultyJobBecomesADeadLetterAndTheQueueMovesOn() throws Exception {
    // Given
    byte[] negative =
        TrainingJob.newBuilder()
            .setJobId("negative")
            .setDataset(DatasetRef.newBuilder().setName("faces"))
            .setShapeModel(shapeModel)
            .setLoss(LossSettings.newBuilder().setLambda(-1))
            .build()
            .toByteArray();

    // When
    produce("negative", negative);
    produce("nonsense", "not a job".getBytes(StandardCharsets.UTF_8));
    produce(
        "no-dataset",
        job("no-dataset")
            .setDataset(DatasetRef.newBuilder().setName("gone"))
            .build()
            .toByteArray());
    produce("no-shape", job("no-shape").setShapeModel("0123456789").build().toByteArray());

    // Then
    assertThat(deadLetter("negative").getReason())
        .isEqualTo("loss.lambda: -1.0 (expected: > 0 and <= 1000)");
    assertThat(deadLetter("negative").getOriginalValue()).isEqualTo(ByteString.copyFrom(negative));
    assertThat(deadLetter("nonsense").getReason()).contains("expected: a protobuf TrainingJob");
    assertThat(deadLetter("no-dataset").getReason()).startsWith("dataset: gone");
    assertThat(deadLetter("no-shape").getReason()).startsWith("shape model: 0123456789");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> state("negative") == JobState.JOB_STATE_DEAD_LETTERED);
  }

  @Test
  void aRunningJobIsCancelled() {
    // Given
    submit(job("long").setEpochs(5000));
    Awaitility.await().atMost(PATIENCE).until(() -> state("long") == JobState.JOB_STATE_RUNNING);

    // When
    var cancelled =
        jobs.cancelJob(CancelJobRequest.newBuilder().setJobId("long").setReason("enough").build());

    // Then
    assertThat(cancelled.getCancelRequested()).isTrue();
    Awaitility.await().atMost(PATIENCE).until(() -> state("long") == JobState.JOB_STATE_CANCELLED);
    assertThat(jobs.getJob(GetJobRequest.newBuilder().setJobId("long").build()).getReason())
        .isEqualTo("enough");
    assertStatus(
        () -> jobs.cancelJob(CancelJobRequest.newBuilder().setJobId("long").build()),
        Status.Code.FAILED_PRECONDITION,
        "job: long is JOB_STATE_CANCELLED");
  }

  @Test
  void aWaitingJobIsCancelledAtOnceAndAnUrgentOneGoesAheadOfTheOthers() {
    // Given: the only worker is busy
    submit(job("busy").setEpochs(5000));
    Awaitility.await().atMost(PATIENCE).until(() -> state("busy") == JobState.JOB_STATE_RUNNING);
    submit(job("first"));
    submit(job("second").setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2)));
    submit(job("urgent").setPriority(Priority.PRIORITY_URGENT));

    // When
    TrainingJobStatus first =
        jobs.cancelJob(CancelJobRequest.newBuilder().setJobId("first").setReason("no").build());

    // Then
    assertThat(first.getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
    assertThat(state("busy")).isEqualTo(JobState.JOB_STATE_RUNNING);

    // When
    jobs.cancelJob(CancelJobRequest.newBuilder().setJobId("busy").build());
    watchToTheEnd("second");

    // Then
    assertThat(Timestamps.compare(startOf("urgent"), startOf("second"))).isNegative();
    assertThat(state("urgent")).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(watchToTheEnd("first")).noneMatch(TrainingEvent::hasStarted);
  }

  private static Timestamp startOf(String jobId) {
    return watchToTheEnd(jobId).stream()
        .filter(TrainingEvent::hasStarted)
        .findFirst()
        .orElseThrow()
        .getAt();
  }

  @Test
  void aJobThatComesMoreThanOnceIsTrainedOnce() throws Exception {
    // Given
    byte[] twin =
        job("twin")
            .setLoss(LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2))
            .build()
            .toByteArray();

    // When: twice on one topic, once on the other, and what cannot be read under the same name
    produce("twin", twin);
    produce("twin", twin);
    produce(Topics.URGENT_TRAINING_JOBS, "twin", twin);
    produce("twin", "no job".getBytes(StandardCharsets.UTF_8));
    awaitKnown("twin");
    List<TrainingEvent> events = watchToTheEnd("twin");
    submit(job("after-twin"));
    watchToTheEnd("after-twin");

    // Then
    assertThat(events.stream().filter(TrainingEvent::hasStarted)).hasSize(1);
    assertThat(events).last().matches(TrainingEvent::hasSucceeded);
    assertThat(deadLetter("twin").getReason()).contains("expected: a protobuf TrainingJob");
    assertThat(state("twin")).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
  }

  @Test
  void weightsThatWereTrainedElsewhereBecomeAModel() throws Exception {
    // Given
    ImportSettings settings =
        ImportSettings.newBuilder()
            .setNetwork(Network.NETWORK_MOBILENET_V2)
            .setScheme("68")
            .setInputSizePx(64)
            .build();
    Path file = KerasReference.file(NetworkKind.MOBILENET_V2, folder);

    // When
    ModelManifest model = upload(settings, Files.readAllBytes(file)).getModel();

    // Then
    assertThat(model.getName()).isEqualTo("mobilenet-v2-68-imported");
    assertThat(model.getCropPolicy()).isEqualTo(dev.facealign.v1.CropPolicy.CROP_POLICY_STRETCH_V1);
    assertThat(model.getImported().getSizeBytes()).isEqualTo(Files.size(file));
    assertThat(model.getImported().getSha256())
        .isEqualTo(ContentHash.sha256(Files.readAllBytes(file)));
    assertThat(manifest(model.getVersion())).isEqualTo(model);
    assertThat(model.getFilesList())
        .extracting(ArtifactFile::getName)
        .containsExactly("model.onnx", "weights.safetensors");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                models.stream()
                    .anyMatch(record -> record.key().equals("model/" + model.getVersion())));
    // And again it is the same version
    assertThat(upload(settings, Files.readAllBytes(file)).getModel().getVersion())
        .isEqualTo(model.getVersion());

    // When what comes is not what was said
    assertStatus(
        () ->
            upload(
                settings.toBuilder().setNetwork(Network.NETWORK_EFFICIENTNET_B0).build(),
                bytes(file)),
        Status.Code.INVALID_ARGUMENT,
        "weights: stem_conv: no such layer");
    assertStatus(
        () -> upload(settings.toBuilder().setScheme("29").build(), bytes(file)),
        Status.Code.INVALID_ARGUMENT,
        "weights: O_L/kernel:0: [1280, 136] (expected: [1280, 58])");
    assertStatus(
        () -> upload(settings, "no weights".getBytes(StandardCharsets.UTF_8)),
        Status.Code.INVALID_ARGUMENT,
        "weights: not an HDF5 file");
    assertStatus(
        () -> upload(ImportSettings.newBuilder().setScheme("68").build(), new byte[0]),
        Status.Code.INVALID_ARGUMENT,
        "network: 0 (expected: a known Network)");
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a file in pieces. */
  private static ImportModelResponse upload(ImportSettings settings, byte[] file) {
    CompletableFuture<ImportModelResponse> answer = new CompletableFuture<>();
    StreamObserver<ImportModelRequest> call =
        ModelImportsGrpc.newStub(channel)
            .importModel(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ImportModelResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    // The answer is complete.
                  }
                });
    call.onNext(ImportModelRequest.newBuilder().setSettings(settings).build());
    int piece = 1 << 20;
    for (int at = 0; at < file.length && !answer.isDone(); at += piece) {
      ByteString chunk = ByteString.copyFrom(file, at, Math.min(piece, file.length - at));
      call.onNext(ImportModelRequest.newBuilder().setChunk(chunk).build());
    }
    if (!answer.isDone()) {
      call.onCompleted();
    }
    try {
      return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw e;
    }
  }

  @Test
  void whatAWorkerWouldRefuseIsRefusedAtSubmission() {
    assertStatus(
        () ->
            submit(
                job("a")
                    .setLoss(
                        LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_ACR).setLambda(-1))),
        Status.Code.INVALID_ARGUMENT,
        "loss.lambda: -1.0 (expected: > 0 and <= 1000)");
    assertStatus(
        () -> submit(job("b").setDataset(DatasetRef.newBuilder().setName("gone"))),
        Status.Code.NOT_FOUND,
        "dataset: gone");
    assertStatus(
        () -> submit(job("c").setShapeModel("0123456789")),
        Status.Code.NOT_FOUND,
        "shape model: 0123456789");
    assertStatus(
        () -> submit(job("d").setStartModel("0123456789")),
        Status.Code.NOT_FOUND,
        "start model: 0123456789");
    assertStatus(
        () -> submit(job("e").setStartModel("champion")),
        Status.Code.INVALID_ARGUMENT,
        "start_model: champion (expected: 8 to 64 lower-case hexadecimal digits)");
    assertStatus(
        () -> jobs.getJob(GetJobRequest.newBuilder().setJobId("never").build()),
        Status.Code.NOT_FOUND,
        "job: never");
  }

  @Test
  void aSweepTrainsItsGrid() {
    // Given
    LossSettings l2 = LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2).build();
    SubmitSweepRequest request =
        SubmitSweepRequest.newBuilder()
            .setSweepId("night")
            .setBase(job("").setLoss(l2))
            .setGrid(SweepGrid.newBuilder().addSeeds(1).addSeeds(2))
            .build();

    // When
    Sweep submitted = jobs.submitSweep(request);

    // Then
    assertThat(submitted.getJobsList())
        .extracting(job -> job.getJob().getJobId())
        .containsExactly("night-1", "night-2");
    assertThat(submitted.getJobsList())
        .allMatch(job -> job.getJob().getShapeModel().equals(shapeModel))
        .extracting(job -> job.getJob().getSeed())
        .containsExactly(1L, 2L);

    // When it is submitted again, and after its end once more
    jobs.submitSweep(request);
    for (TrainingJobStatus job : submitted.getJobsList()) {
      assertThat(watchToTheEnd(job.getJob().getJobId()))
          .last()
          .matches(TrainingEvent::hasSucceeded);
    }
    Sweep trained = jobs.submitSweep(request);

    // Then
    assertThat(trained)
        .isEqualTo(jobs.getSweep(GetSweepRequest.newBuilder().setSweepId("night").build()));
    assertThat(trained.getJobsList())
        .hasSize(2)
        .allMatch(job -> job.getState() == JobState.JOB_STATE_SUCCEEDED)
        .allMatch(job -> job.getAttempt() == 1)
        .extracting(TrainingJobStatus::getModelVersion)
        .doesNotHaveDuplicates();
    assertThat(jobs.listJobs(ListJobsRequest.newBuilder().setSweep("night").build()).getJobsList())
        .containsExactlyInAnyOrderElementsOf(trained.getJobsList());

    // When other jobs are to have its name
    assertStatus(
        () -> jobs.submitSweep(request.toBuilder().setBase(job("").setEpochs(3)).build()),
        Status.Code.ALREADY_EXISTS,
        "job_id: night-1");
    assertStatus(
        () ->
            jobs.submitSweep(
                request.toBuilder().setGrid(SweepGrid.newBuilder().addSeeds(1)).build()),
        Status.Code.ALREADY_EXISTS,
        "sweep_id: night, which has a job night-2");
    assertStatus(
        () -> jobs.getSweep(GetSweepRequest.newBuilder().setSweepId("day").build()),
        Status.Code.NOT_FOUND,
        "sweep: day");
  }

  @Test
  void aSweepWithOneFaultyJobIsRefusedAsAWhole() {
    // Given
    SubmitSweepRequest request =
        SubmitSweepRequest.newBuilder()
            .setSweepId("faulty")
            .setBase(job(""))
            .setGrid(SweepGrid.newBuilder().addLambdas(1).addLambdas(-1))
            .build();

    // When, Then
    assertStatus(
        () -> jobs.submitSweep(request),
        Status.Code.INVALID_ARGUMENT,
        "loss.lambda: -1.0 (expected: > 0 and <= 1000)");
    assertStatus(
        () ->
            jobs.submitSweep(
                request.toBuilder()
                    .setBase(job("").setDataset(DatasetRef.newBuilder().setName("gone")))
                    .setGrid(SweepGrid.newBuilder().addLambdas(1))
                    .build()),
        Status.Code.NOT_FOUND,
        "dataset: gone");
    assertThat(jobs.listJobs(ListJobsRequest.newBuilder().setSweep("faulty").build()).getJobsList())
        .isEmpty();
  }

  private static TrainingJob.Builder job(String id) {
    return TrainingJob.newBuilder()
        .setJobId(id)
        .setDataset(DatasetRef.newBuilder().setName("faces"))
        .setShapeModel(shapeModel.substring(0, 10))
        .setInputSizePx(64)
        .setBatchSize(8)
        .setEpochs(1);
  }

  private static TrainingJobStatus submit(TrainingJob.Builder job) {
    return jobs.submitJob(SubmitJobRequest.newBuilder().setJob(job).build());
  }

  private static void produce(String key, byte[] value) throws Exception {
    produce(Topics.TRAINING_JOBS, key, value);
  }

  private static void produce(String topic, String key, byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  private static void awaitKnown(String jobId) {
    Awaitility.await().atMost(PATIENCE).until(() -> state(jobId) != JobState.JOB_STATE_UNSPECIFIED);
  }

  private static JobState state(String jobId) {
    try {
      return jobs.getJob(GetJobRequest.newBuilder().setJobId(jobId).build()).getState();
    } catch (StatusRuntimeException e) {
      return JobState.JOB_STATE_UNSPECIFIED;
    }
  }

  private static List<TrainingEvent> watchToTheEnd(String jobId) {
    List<TrainingEvent> events = new ArrayList<>();
    jobs.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .watchJob(WatchJobRequest.newBuilder().setJobId(jobId).build())
        .forEachRemaining(events::add);
    return events;
  }

  private static TrainingDeadLetter deadLetter(String key) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> deadLetters.stream().anyMatch(r -> hasKey(r, key)));
    var letter = deadLetters.stream().filter(r -> hasKey(r, key)).findFirst().orElseThrow().value();
    return letter == null ? TrainingDeadLetter.getDefaultInstance() : letter;
  }

  /** By the original's key: what cannot be read has its place for an id. */
  private static boolean hasKey(FollowedRecord<TrainingDeadLetter> letter, String key) {
    return letter.value() != null && letter.value().getOriginalKey().equals(key);
  }

  private static ModelManifest manifest(String version) throws Exception {
    StoredArtifact artifact =
        service.getBean(ArtifactStore.class).open(ArtifactKind.MODEL, version);
    assertThat(artifact.file("model.onnx")).isNotEmptyFile();
    ModelManifest.Builder manifest = ModelManifest.newBuilder();
    JsonFormat.parser().merge(Files.readString(artifact.file("manifest.json")), manifest);
    return manifest.build();
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
