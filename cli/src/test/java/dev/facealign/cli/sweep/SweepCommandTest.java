package dev.facealign.cli.sweep;

import static dev.facealign.cli.sweep.SweepJobs.acr;
import static dev.facealign.cli.sweep.SweepJobs.epoch;
import static dev.facealign.cli.sweep.SweepJobs.failed;
import static dev.facealign.cli.sweep.SweepJobs.l2;
import static dev.facealign.cli.sweep.SweepJobs.queued;
import static dev.facealign.cli.sweep.SweepJobs.running;
import static dev.facealign.cli.sweep.SweepJobs.succeeded;
import static dev.facealign.cli.sweep.SweepJobs.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.GetSweepRequest;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ListShapeModelsResponse;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import dev.facealign.v1.WatchJobRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SweepCommandTest {
  private static final Sweep QUEUED = sweep(queued(acr("night-1", 3, 1)), queued(l2("night-2", 1)));
  private static final Sweep HALF =
      sweep(succeeded(acr("night-1", 3, 1), 0.05), running(l2("night-2", 1), 12, 0.08));
  private static final Sweep ENDED =
      sweep(succeeded(acr("night-1", 3, 1), 0.05), succeeded(l2("night-2", 1), 0.06));

  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final List<SubmitSweepRequest> submitted = new CopyOnWriteArrayList<>();
  private final List<CancelJobRequest> cancelled = new CopyOnWriteArrayList<>();

  /** Tells a sweep's states in turn, the last one from then on; null: away for a moment. */
  private final class Trainer extends TrainingJobsGrpc.TrainingJobsImplBase {
    private final List<@Nullable Sweep> looks;
    private final AtomicInteger look = new AtomicInteger();

    Trainer(List<@Nullable Sweep> looks) {
      this.looks = looks;
    }

    private @Nullable Sweep next() {
      return looks.get(Math.min(look.getAndIncrement(), looks.size() - 1));
    }

    private void answer(@Nullable Sweep sweep, StreamObserver<Sweep> answer) {
      if (sweep == null) {
        answer.onError(Status.UNAVAILABLE.withDescription("shutting down").asRuntimeException());
      } else {
        answer.onNext(sweep);
        answer.onCompleted();
      }
    }

    @Override
    public void submitSweep(SubmitSweepRequest request, StreamObserver<Sweep> answer) {
      submitted.add(request);
      answer(next(), answer);
    }

    @Override
    public void getSweep(GetSweepRequest request, StreamObserver<Sweep> answer) {
      answer(next(), answer);
    }

    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<TrainingJobStatus> answer) {
      cancelled.add(request);
      if (request.getJobId().equals("night-4")) {
        answer.onError(Status.FAILED_PRECONDITION.asRuntimeException());
      } else {
        answer.onNext(TrainingJobStatus.getDefaultInstance());
        answer.onCompleted();
      }
    }

    /** A curve that falls to the job's figure; of a job that runs, the stream stays open. */
    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<TrainingEvent> answer) {
      Sweep last = looks.get(looks.size() - 1);
      TrainingJobStatus job =
          last.getJobsList().stream()
              .filter(one -> one.getJob().getJobId().equals(request.getJobId()))
              .findFirst()
              .orElseThrow();
      int epochs = job.getLatestEpoch().getEpoch();
      double nme = job.getLatestEpoch().getBestValidationNme();
      // The first attempt had done an epoch more than its checkpoint held.
      int lost = Math.min(epochs - 1, 9);
      for (int i = 1; i <= lost; i++) {
        answer.onNext(event(request.getJobId(), i, nme, epochs));
      }
      for (int i = Math.max(1, lost); i <= epochs; i++) {
        answer.onNext(event(request.getJobId(), i, nme, epochs));
      }
      if (!job.getModelVersion().isEmpty()) {
        answer.onNext(
            TrainingEvent.newBuilder().setSucceeded(JobSucceeded.getDefaultInstance()).build());
        answer.onCompleted();
      }
    }

    private TrainingEvent event(String job, int epoch, double nme, int epochs) {
      double wobble =
          1 + 0.1 * Math.sin(epoch * (1 + job.hashCode() % 7)) * (1 - epoch / (double) epochs);
      return TrainingEvent.newBuilder()
          .setJobId(job)
          .setEpoch(epoch(epoch, nme * wobble * Math.pow(3, (epochs - epoch) / (double) epochs)))
          .build();
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

  private int run(List<@Nullable Sweep> looks, String... arguments) throws Exception {
    try (TestServer server = new TestServer(new Trainer(looks), new Shapes())) {
      Map<String, String> environment =
          Map.of(
              "FACEALIGN_TRAINER_ADDRESS", server.address(),
              "FACEALIGN_PCA_ADDRESS", server.address());
      return console.run(
          folder,
          environment,
          Stream.concat(Stream.of("sweep"), Stream.of(arguments)).toArray(String[]::new));
    }
  }

  @Test
  void aGridIsSubmittedFollowedAndCompared() throws Exception {
    // When
    int exitCode =
        run(
            List.of(QUEUED, HALF, ENDED),
            "submit",
            "--id",
            "night",
            "--dataset",
            "300w",
            "--epochs",
            "60",
            "--losses",
            "acr,l2",
            "--lambdas",
            "1,3.5",
            "--seeds",
            "1,2",
            "--networks",
            "mobilenet-v2,efficientnet-b0",
            "--plot",
            "out/nme.svg");

    // Then
    assertThat(exitCode).isZero();
    SubmitSweepRequest request = submitted.get(0);
    assertThat(request.getSweepId()).isEqualTo("night");
    assertThat(request.getBase().getDataset().getName()).isEqualTo("300w");
    assertThat(request.getBase().getShapeModel()).isEqualTo("beef");
    assertThat(request.getBase().getEpochs()).isEqualTo(60);
    assertThat(request.getGrid().getNetworksList())
        .containsExactly(Network.NETWORK_MOBILENET_V2, Network.NETWORK_EFFICIENTNET_B0);
    assertThat(request.getGrid().getLossesList())
        .containsExactly(loss(LossKind.LOSS_KIND_ACR), loss(LossKind.LOSS_KIND_L2));
    assertThat(request.getGrid().getLambdasList()).containsExactly(1.0, 3.5);
    assertThat(request.getGrid().getSeedsList()).containsExactly(1L, 2L);
    assertThat(console.err())
        .contains(
            "sweep night: 2 jobs",
            "night-1 succeeded  mobilenet-v2 acr lambda 3 seed 1  NME 5.00 %  (1 of 2 ended)",
            "night-2 succeeded  mobilenet-v2 l2 seed 1  NME 6.00 %  (2 of 2 ended)",
            "plot: out/nme.svg");
    assertThat(console.out().get(0)).isEqualTo("sweep night: 2 jobs, 2 succeeded");
    assertThat(console.out()).anyMatch(line -> line.contains("not a test figure"));
    assertThat(Files.readString(folder.resolve("out/nme.svg")))
        .contains("<svg", "acr lambda 3  5.00 %", "l2  6.00 %");
  }

  private static LossSettings loss(LossKind kind) {
    return LossSettings.newBuilder().setKind(kind).build();
  }

  @Test
  void lossesKeepTheJobsSettingsAndAFileGivesThemTheirOwn() throws Exception {
    // Given
    Files.writeString(
        folder.resolve("job.json"),
        "{\"dataset\": {\"name\": \"300w\"}, \"shapeModel\": \"cafe\", \"loss\": {\"lambda\": 2, \"constant\":"
            + " \"ACR_CONSTANT_PUBLISHED\"}}");
    Files.writeString(
        folder.resolve("grid.json"),
        "{\"losses\": [{\"kind\": \"LOSS_KIND_WING\", \"wingWidth\": 5}], \"seeds\": [1, 2, 3]}");

    // When
    run(
        List.of(QUEUED),
        "submit",
        "--detach",
        "--job",
        "job.json",
        "--losses",
        "acr,wing",
        "--lambdas",
        "1",
        "--coordinate-scale",
        "60");
    run(
        List.of(QUEUED),
        "submit",
        "--detach",
        "--job",
        "job.json",
        "--grid",
        "grid.json",
        "--seeds",
        "9");

    // Then
    assertThat(submitted.get(0).getGrid().getLossesList())
        .extracting(
            LossSettings::getKind,
            LossSettings::getConstantValue,
            LossSettings::getCoordinateScale,
            LossSettings::hasLambda)
        .containsExactly(
            tuple(LossKind.LOSS_KIND_ACR, 2, 60.0, false),
            tuple(LossKind.LOSS_KIND_WING, 0, 60.0, false));
    assertThat(submitted.get(1).getGrid().getLosses(0).getWingWidth()).isEqualTo(5);
    assertThat(submitted.get(1).getGrid().getSeedsList()).containsExactly(9L);
    // Every call has a name, so that it can be made again.
    assertThat(submitted).allMatch(request -> request.getSweepId().startsWith("sweep-"));
    assertThat(console.out()).containsOnly("sweep night: 2 jobs");
  }

  @Test
  void jobsThatFailAreToldAndTheExitCodeSaysSo() throws Exception {
    // When
    int exitCode =
        run(
            List.of(
                QUEUED,
                sweep(
                    failed(acr("night-1", 3, 1), "loss: NaN (expected: finite)"),
                    succeeded(l2("night-2", 1), 0.06))),
            "submit",
            "--dataset",
            "300w",
            "--losses",
            "acr,l2");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.out()).contains("night-1 failed: loss: NaN (expected: finite)");
    assertThat(console.err())
        .endsWith("facealign: sweep night: 1 of 2 jobs ended without a model (expected: none)");
  }

  @Test
  void aServiceThatIsAwayForAWhileIsAskedAgain() throws Exception {
    // When
    int exitCode = run(Arrays.asList(QUEUED, null, ENDED), "submit", "--dataset", "300w");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.err()).anyMatch(line -> line.startsWith("trainer-service is away"));
  }

  @Test
  void aSubmissionThatBreaksOffSaysHowToCompleteIt() throws Exception {
    // When
    int exitCode = run(Arrays.asList((Sweep) null), "submit", "--id", "night", "--dataset", "300w");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.rawErr()).contains("the same command with --id night");
  }

  @Test
  void aSweepIsShownAtAnyTimeWithItsPlot() throws Exception {
    // When
    int exitCode = run(List.of(HALF), "show", "night", "--plot", "nme.png");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out()).contains("sweep night: 2 jobs, 1 succeeded, 1 running");
    BufferedImage picture = ImageIO.read(folder.resolve("nme.png").toFile());
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        colours.add(picture.getRGB(x, y) & 0xffffff);
      }
    }
    assertThat(colours).as("a colour a recipe").contains(0x1f77b4, 0xd62728);
  }

  @Test
  void aSweepIsShownAsJson() throws Exception {
    assertThat(run(List.of(HALF), "show", "night", "--json")).isZero();
    assertThat(String.join("", console.out()))
        .contains("\"sweepId\": \"night\"", "\"jobId\": \"night-2\"", "JOB_STATE_RUNNING");
  }

  @Test
  void whatCannotBeDoneIsSaidBeforeAnythingIsSent() throws Exception {
    assertThat(run(List.of(HALF), "show", "night", "--plot", "nme.jpg")).isEqualTo(1);
    assertThat(run(List.of(QUEUED), "show", "night", "--plot", "nme.png")).isEqualTo(1);
    assertThat(
            run(
                List.of(QUEUED),
                "submit",
                "--dataset",
                "300w",
                "--lambda",
                "1",
                "--lambdas",
                "2,3"))
        .isEqualTo(1);
    assertThat(run(List.of(QUEUED), "submit", "--dataset", "300w", "--networks", "resnet"))
        .isEqualTo(1);
    assertThat(run(List.of(QUEUED), "submit", "--dataset", "300w", "--job-id", "mine"))
        .isEqualTo(1);
    assertThat(console.err())
        .containsExactly(
            "facealign: --plot: nme.jpg (expected: a file such as nme.png or nme.svg)",
            "facealign: --plot: no job of sweep night has ended an epoch (expected: some; wait for it with"
                + " `facealign sweep show`)",
            "facealign: --lambda: 1.0 (expected: none with --lambdas)",
            "facealign: --networks: resnet (expected: mobilenet-v2, efficientnet-b0 or efficientnet-b3)",
            "facealign: job id: mine (expected: none; --id names the sweep and its jobs)");
    assertThat(submitted).isEmpty();
  }

  @Test
  void allJobsThatHaveNotEndedAreStoppedTheLastFirst() throws Exception {
    // When the fourth ends just then
    int exitCode =
        run(
            List.of(
                sweep(
                    succeeded(acr("night-1", 3, 1), 0.05),
                    running(acr("night-2", 3, 2), 12, 0.08),
                    queued(acr("night-3", 3, 3)),
                    queued(acr("night-4", 3, 4)))),
            "cancel",
            "night",
            "--reason",
            "wrong faces");

    // Then
    assertThat(exitCode).isZero();
    assertThat(cancelled)
        .allMatch(request -> request.getReason().equals("wrong faces"))
        .extracting(CancelJobRequest::getJobId)
        .containsExactly("night-4", "night-3", "night-2");
    assertThat(console.out()).containsExactly("sweep night: a stop is asked for of 2 of 4 jobs");
  }
}
