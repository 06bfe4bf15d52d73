package dev.facealign.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.JobFailed;
import dev.facealign.v1.JobQueued;
import dev.facealign.v1.JobState;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ListShapeModelsResponse;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.Network;
import dev.facealign.v1.Priority;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import dev.facealign.v1.WatchJobRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TrainCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final List<TrainingJob> submitted = new CopyOnWriteArrayList<>();

  private static final TrainingEvent QUEUED =
      event().setQueued(JobQueued.getDefaultInstance()).build();
  private static final TrainingEvent STARTED =
      event()
          .setAttempt(1)
          .setWorker("worker-1")
          .setStarted(AttemptStarted.newBuilder().setDevice("cpu"))
          .build();
  private static final TrainingEvent BEGAN =
      event()
          .setAttempt(1)
          .setWorker("worker-1")
          .setTrainingBegan(TrainingBegan.newBuilder().setTrainingFaces(90).setValidationFaces(10))
          .build();
  private static final TrainingEvent EPOCH =
      event()
          .setEpoch(
              EpochCompleted.newBuilder()
                  .setEpoch(1)
                  .setEpochs(2)
                  .setLoss(0.0123)
                  .setValidationNme(0.071)
                  .setImagesPerSecond(67)
                  .setRemainingSeconds(130.4)
                  .setEpochSeconds(130))
          .build();
  private static final TrainingEvent SUCCEEDED =
      event()
          .setSucceeded(
              JobSucceeded.newBuilder().setModelVersion("cafe".repeat(16)).setValidationNme(0.05))
          .build();

  private static TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder().setJobId("job-1");
  }

  /** Answers with the events of each watch in turn; a watch without a terminal event breaks off. */
  private final class Trainer extends TrainingJobsGrpc.TrainingJobsImplBase {
    private final List<List<TrainingEvent>> watches;
    private final AtomicInteger watch = new AtomicInteger();

    Trainer(List<List<TrainingEvent>> watches) {
      this.watches = watches;
    }

    @Override
    public void submitJob(SubmitJobRequest request, StreamObserver<TrainingJobStatus> answer) {
      submitted.add(request.getJob());
      answer.onNext(
          TrainingJobStatus.newBuilder()
              .setJob(request.getJob().toBuilder().setJobId("job-1"))
              .setState(JobState.JOB_STATE_QUEUED)
              .build());
      answer.onCompleted();
    }

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<TrainingEvent> answer) {
      List<TrainingEvent> events = watches.get(watch.getAndIncrement());
      events.forEach(answer::onNext);
      if (JobOutcome.of(events.get(events.size() - 1)).isPresent()) {
        answer.onCompleted();
      } else {
        answer.onError(Status.UNAVAILABLE.withDescription("shutting down").asRuntimeException());
      }
    }
  }

  private static final class Shapes extends ShapeModelsGrpc.ShapeModelsImplBase {
    @Override
    public void listShapeModels(
        ListShapeModelsRequest request, StreamObserver<ListShapeModelsResponse> answer) {
      answer.onNext(
          ListShapeModelsResponse.newBuilder()
              .addShapeModels(
                  ShapeModelSummary.newBuilder()
                      .setVersion("beef")
                      .setCropPolicy(CropPolicy.CROP_POLICY_SQUARE_V1)
                      .setDataset(
                          DatasetFingerprint.newBuilder()
                              .setDataset(
                                  DatasetRef.newBuilder().setName("300w").setSplit("train"))))
              .build());
      answer.onCompleted();
    }
  }

  private static final class Models extends ModelsGrpc.ModelsImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<Model> answer) {
      if (request.getModel().equals("champion")) {
        answer.onNext(
            Model.newBuilder()
                .setManifest(
                    ModelManifest.newBuilder()
                        .setVersion("feed".repeat(16))
                        .setNetwork(Network.NETWORK_EFFICIENTNET_B0))
                .build());
        answer.onCompleted();
      } else {
        answer.onError(
            Status.NOT_FOUND
                .withDescription("model: gone (expected: an alias, a version or a name)")
                .asRuntimeException());
      }
    }
  }

  private int train(List<List<TrainingEvent>> watches, String... more) throws Exception {
    try (TestServer server = new TestServer(new Trainer(watches), new Shapes(), new Models())) {
      Map<String, String> environment =
          Map.of(
              "FACEALIGN_TRAINER_ADDRESS", server.address(),
              "FACEALIGN_PCA_ADDRESS", server.address(),
              "FACEALIGN_INFERENCE_ADDRESS", server.address());
      String[] arguments =
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of("train", "--dataset", "300w"), List.of(more).stream())
              .toArray(String[]::new);
      return console.run(folder, environment, arguments);
    }
  }

  @Test
  void beginsWithAModelAndTakesItsNetwork() throws Exception {
    // When
    int exitCode = train(List.of(List.of(QUEUED, SUCCEEDED)), "--from", "champion");

    // Then
    assertThat(exitCode).isZero();
    assertThat(submitted.get(0).getStartModel()).isEqualTo("feed".repeat(16));
    assertThat(submitted.get(0).getNetwork()).isEqualTo(Network.NETWORK_EFFICIENTNET_B0);

    // When it is said
    exitCode =
        train(
            List.of(List.of(QUEUED, SUCCEEDED)), "--from", "champion", "--network", "mobilenet-v2");

    // Then
    assertThat(exitCode).isZero();
    assertThat(submitted.get(1).getNetwork()).isEqualTo(Network.NETWORK_MOBILENET_V2);

    // When there is no such model
    exitCode = train(List.of(), "--from", "gone");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(String.join("\n", console.err())).contains("model: gone");
    assertThat(submitted).hasSize(2);
  }

  @Test
  void submitsWithTheNewestShapeModelAndFollowsToTheModel() throws Exception {
    // When
    int exitCode = train(List.of(List.of(QUEUED, STARTED, BEGAN, EPOCH, SUCCEEDED)));

    // Then
    assertThat(exitCode).isZero();
    assertThat(submitted).hasSize(1);
    assertThat(submitted.get(0).getShapeModel()).isEqualTo("beef");
    assertThat(console.err())
        .containsExactly(
            "shape model beef, the newest of this dataset: square-v1 crop, boxes: truth, alignment:"
                + " none (another: --shape-model)",
            "job job-1 is queued",
            "attempt 1 by worker-1 on cpu",
            "90 faces, 10 held out",
            "epoch 1/2 [##########..........]  loss 0.0123  NME 7.10 %  67 img/s  2m10s left");
    assertThat(console.out())
        .containsExactly("model " + "cafe".repeat(16) + "  held-out NME 5.00 %");
  }

  @Test
  void aServiceThatIsAwayForAWhileIsAskedAgainAndNothingIsShownTwice() throws Exception {
    // When
    int exitCode =
        train(
            List.of(
                List.of(QUEUED, STARTED),
                List.of(QUEUED, STARTED, BEGAN, EPOCH),
                List.of(QUEUED, STARTED, BEGAN, EPOCH, SUCCEEDED)));

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.err()).filteredOn(line -> line.contains("is queued")).hasSize(1);
    assertThat(console.err()).filteredOn(line -> line.startsWith("epoch")).hasSize(1);
    assertThat(console.err()).anyMatch(line -> line.startsWith("trainer-service is away"));
  }

  @Test
  void aJobThatFailsIsSaidWithItsReason() throws Exception {
    // Given
    TrainingEvent failed =
        event()
            .setFailed(JobFailed.newBuilder().setMessage("loss: NaN (expected: finite)"))
            .build();

    // When
    int exitCode = train(List.of(List.of(QUEUED, failed)));

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.err()).contains("facealign: job job-1 failed: loss: NaN (expected: finite)");
  }

  @Test
  void detachedItReturnsAtOnce() throws Exception {
    // When
    int exitCode = train(List.of(), "--detach", "--json");

    // Then
    assertThat(exitCode).isZero();
    assertThat(String.join("", console.out())).contains("\"jobId\": \"job-1\"", "JOB_STATE_QUEUED");
  }

  @Test
  void anUrgentJobIsSubmittedAsOne() throws Exception {
    // When
    int exitCode = train(List.of(), "--urgent", "--detach");

    // Then
    assertThat(exitCode).isZero();
    assertThat(submitted.get(0).getPriority()).isEqualTo(Priority.PRIORITY_URGENT);
  }

  @Test
  void anEightBitNetworkIsLeftToTheServiceUnlessNoneIsWanted() throws Exception {
    // When
    train(List.of(), "--detach");
    train(List.of(), "--no-int8", "--detach");

    // Then
    assertThat(submitted.get(0).hasInt8()).isFalse();
    assertThat(submitted.get(1).hasInt8()).isTrue();
    assertThat(submitted.get(1).getInt8()).isFalse();
  }

  @Test
  void aServiceThatIsNotThereIsSaidWithTheNextStep() {
    // When
    int exitCode =
        console.run(
            folder,
            Map.of(),
            "train",
            "--dataset",
            "300w",
            "--loss",
            "l2",
            "--trainer",
            "127.0.0.1:1");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.err())
        .containsExactly(
            "facealign: trainer-service at 127.0.0.1:1 does not answer (expected: running; start it with"
                + " `facealign up`, or say where it is with --data DIR or --trainer HOST:PORT)");
  }
}
