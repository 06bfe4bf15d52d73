package dev.facealign.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.AttemptReleased;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.AttemptSummary;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.GetDeadLetterRequest;
import dev.facealign.v1.GetJobRequest;
import dev.facealign.v1.JobQueued;
import dev.facealign.v1.JobState;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.ListDeadLettersRequest;
import dev.facealign.v1.ListDeadLettersResponse;
import dev.facealign.v1.ListJobsRequest;
import dev.facealign.v1.ListJobsResponse;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.ResubmitDeadLetterRequest;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import dev.facealign.v1.WatchJobRequest;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobsCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final List<Object> requests = new CopyOnWriteArrayList<>();

  private static final TrainingJob JOB =
      TrainingJob.newBuilder()
          .setJobId("night-1")
          .setDataset(DatasetRef.newBuilder().setName("300w"))
          .setSweep("lambdas")
          .build();

  private static final TrainingDeadLetter LETTER =
      TrainingDeadLetter.newBuilder()
          .setJobId("night-1")
          .setReason("loss.lambda: -1.0 (expected: > 0)")
          .setKind(FailureKind.FAILURE_KIND_NO_PROGRESS)
          .setTopic("facealign.training-jobs")
          .setOffset(7)
          .setOriginalKey("night-1")
          .setOriginalValue(ByteString.copyFromUtf8("{\"jobId\": \"night-1\"}"))
          .setAttempts(2)
          .addHistory(AttemptSummary.newBuilder().setAttempt(1).setWorker("a").setEpoch(3))
          .addHistory(
              AttemptSummary.newBuilder().setAttempt(2).setWorker("b").setEnded("out of\nmemory"))
          .build();

  /** Remembers what it was asked; its running job's watch stays open, as the service's does. */
  private final class Trainer extends TrainingJobsGrpc.TrainingJobsImplBase {
    @Override
    public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> answer) {
      requests.add(request);
      answer.onNext(
          ListJobsResponse.newBuilder()
              .addJobs(status().setWaitingFor("artifact store: away"))
              .build());
      answer.onCompleted();
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<TrainingJobStatus> answer) {
      answer.onNext(status().build());
      answer.onCompleted();
    }

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<TrainingEvent> answer) {
      if (request.getJobId().equals("night-1-again")) {
        answer.onNext(
            event(0).setSucceeded(JobSucceeded.newBuilder().setModelVersion("cafe")).build());
        answer.onCompleted();
        return;
      }
      answer.onNext(event(0).setQueued(JobQueued.getDefaultInstance()).build());
      answer.onNext(started(1, "worker-a"));
      answer.onNext(event(1).setWorker("worker-a").setTrainingBegan(began(0)).build());
      answer.onNext(epoch(1, "worker-a", 1));
      answer.onNext(
          event(1)
              .setWorker("worker-a")
              .setCheckpoint(CheckpointWritten.newBuilder().setEpoch(1).setStep(4))
              .build());
      answer.onNext(epoch(1, "worker-a", 2));
      answer.onNext(
          event(1)
              .setWorker("worker-a")
              .setReleased(AttemptReleased.newBuilder().setReason("worker is shutting down"))
              .build());
      answer.onNext(started(2, "worker-b"));
      answer.onNext(event(2).setWorker("worker-b").setTrainingBegan(began(2)).build());
    }

    @Override
    public void listDeadLetters(
        ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> answer) {
      requests.add(request);
      answer.onNext(
          ListDeadLettersResponse.newBuilder()
              .addDeadLetters(LETTER)
              .setNextPageToken("more")
              .build());
      answer.onCompleted();
    }

    @Override
    public void getDeadLetter(
        GetDeadLetterRequest request, StreamObserver<TrainingDeadLetter> answer) {
      answer.onNext(LETTER);
      answer.onCompleted();
    }

    @Override
    public void resubmitDeadLetter(
        ResubmitDeadLetterRequest request, StreamObserver<TrainingJobStatus> answer) {
      requests.add(request);
      answer.onNext(
          status()
              .setJob(JOB.toBuilder().setJobId("night-1-again").setContinueJob("night-1"))
              .build());
      answer.onCompleted();
    }
  }

  private static TrainingJobStatus.Builder status() {
    return TrainingJobStatus.newBuilder()
        .setJob(JOB)
        .setState(JobState.JOB_STATE_RUNNING)
        .setAttempt(2)
        .setWorker("worker-b");
  }

  private static TrainingEvent.Builder event(int attempt) {
    return TrainingEvent.newBuilder()
        .setJobId("night-1")
        .setAttempt(attempt)
        .setAt(Timestamp.newBuilder().setSeconds(1_800_000_000));
  }

  private static TrainingEvent started(int attempt, String worker) {
    return event(attempt)
        .setWorker(worker)
        .setStarted(AttemptStarted.newBuilder().setDevice("cpu").setDelivery(attempt))
        .build();
  }

  private static TrainingBegan.Builder began(int resumedEpoch) {
    return TrainingBegan.newBuilder()
        .setTrainingFaces(90)
        .setValidationFaces(10)
        .setResumedEpoch(resumedEpoch);
  }

  private static TrainingEvent epoch(int attempt, String worker, int epoch) {
    return event(attempt)
        .setWorker(worker)
        .setEpoch(
            EpochCompleted.newBuilder()
                .setEpoch(epoch)
                .setEpochs(5)
                .setLoss(0.25)
                .setValidationNme(0.07))
        .build();
  }

  private int jobs(String... arguments) throws Exception {
    try (TestServer server = new TestServer(new Trainer())) {
      String[] all = new String[arguments.length + 1];
      all[0] = "jobs";
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      return console.run(folder, Map.of("FACEALIGN_TRAINER_ADDRESS", server.address()), all);
    }
  }

  @Test
  void theListTellsWhatAJobWaitsFor() throws Exception {
    // When
    int exitCode = jobs("list", "--sweep", "lambdas", "--state", "running");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests)
        .containsExactly(
            ListJobsRequest.newBuilder()
                .setState(JobState.JOB_STATE_RUNNING)
                .setPageSize(100)
                .setSweep("lambdas")
                .build());
    assertThat(console.out()).last().asString().endsWith("waits: artifact store: away");
  }

  @Test
  void aRunningJobIsShownWithItsAttemptsAndItsEventsSoFar() throws Exception {
    // When
    int exitCode = jobs("show", "night-1");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out())
        .contains("state    running, attempt 2 by worker-b", "sweep    lambdas")
        .anyMatch(line -> line.matches(" +1  worker-a .* 2  worker is shutting down"))
        .anyMatch(line -> line.matches(" +2  worker-b .* 2  runs"))
        .anyMatch(
            line ->
                line.endsWith(
                    "epochs 1 to 2 of 5, loss 0.250, NME 7.00 %, a checkpoint after epoch 1, step 4"))
        .anyMatch(line -> line.endsWith("worker-b has it, on cpu, delivery 2"))
        .last()
        .asString()
        .endsWith("90 faces, 10 held out, goes on after epoch 2");
  }

  @Test
  void aJobIsShownAsJson() throws Exception {
    // When
    int exitCode = jobs("show", "night-1", "--json");

    // Then
    assertThat(exitCode).isZero();
    JsonObject shown = JsonParser.parseString(String.join("\n", console.out())).getAsJsonObject();
    assertThat(shown.getAsJsonObject("status").get("worker").getAsString()).isEqualTo("worker-b");
    assertThat(shown.getAsJsonArray("events")).hasSize(9);
  }

  @Test
  void deadLettersAreListed() throws Exception {
    // When
    int exitCode = jobs("dead", "list", "--limit", "1");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out())
        .containsExactly(
            "JOB      KIND         ATTEMPTS  WHEN  WHY",
            "night-1  no-progress         2  -     loss.lambda: -1.0 (expected: > 0)");
    assertThat(console.err()).containsExactly("there are more (see them with a higher --limit)");
  }

  @Test
  void aDeadLetterIsShownWithItsHistoryAndItsOriginal() throws Exception {
    // When
    int exitCode = jobs("dead", "show", "night-1");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out())
        .containsExactly(
            "job       night-1",
            "reason    loss.lambda: -1.0 (expected: > 0)",
            "kind      no-progress",
            "when      -",
            "lay in    facealign.training-jobs, partition 0, offset 7, key night-1",
            "",
            "ATTEMPT  WORKER  BEGAN  LAST SEEN  EPOCHS  ENDED",
            "      1  a       -      -               3  fell silent",
            "      2  b       -      -               0  out of memory",
            "",
            "original  JSON",
            "{",
            "  \"jobId\": \"night-1\"",
            "}");
  }

  @Test
  void aDeadLettersJobIsSubmittedAgainWithChangesAndFollowed() throws Exception {
    // Given
    Files.writeString(folder.resolve("mended.json"), "{\"epochs\": 3, \"loss\": {\"lambda\": 5}}");

    // When
    int exitCode =
        jobs(
            "dead",
            "resubmit",
            "night-1",
            "--as",
            "night-1-again",
            "--changes",
            "mended.json",
            "--set",
            "loss.lambda=1",
            "--set",
            "seed=2",
            "--from-start");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests)
        .containsExactly(
            ResubmitDeadLetterRequest.newBuilder()
                .setJobId("night-1")
                .setNewJobId("night-1-again")
                .setFromStart(true)
                .setChanges(
                    TrainingJob.newBuilder()
                        .setEpochs(3)
                        .setSeed(2)
                        .setLoss(LossSettings.newBuilder().setLambda(1)))
                .build());
    assertThat(console.err()).contains("job night-1-again goes on from the checkpoint of night-1");
    assertThat(console.out()).containsExactly("model cafe  held-out NME 0.00 %");
  }

  @Test
  void detachedItReturnsAtOnce() throws Exception {
    // When
    int exitCode = jobs("dead", "resubmit", "night-1", "--detach");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out()).containsExactly("job night-1-again");
  }
}
