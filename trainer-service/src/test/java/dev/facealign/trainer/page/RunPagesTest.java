package dev.facealign.trainer.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.page.Page;
import dev.facealign.trainer.api.JobLog;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.worker.JobEvents;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class RunPagesTest {
  private static final TrainingJob JOB =
      TrainingJob.newBuilder()
          .setJobId("job-1")
          .setModelName("<b>bold")
          .setDataset(DatasetRef.newBuilder().setName("300w"))
          .build();

  private final JobLedger ledger = new JobLedger();
  private final JobLog log = new JobLog(new Log(), Clock.systemUTC());
  private final RunPage page = new RunPage(new Page());
  private final RunIndexPage index = new RunIndexPage(new Page());

  /** A log that is the ledger. */
  private final class Log implements JobEvents {
    @Override
    public boolean caughtUp() {
      return true;
    }

    @Override
    public JobLedger ledger() {
      return ledger;
    }

    @Override
    public void awaitCurrent(Duration patience) {}

    @Override
    public void send(TrainingEvent event) {
      ledger.record(event);
    }

    @Override
    public void sendAndWait(TrainingEvent event, Duration patience) {
      ledger.record(event);
    }

    @Override
    public boolean sendInTheEnd(TrainingEvent event, BooleanSupplier giveUp) {
      ledger.record(event);
      return true;
    }
  }

  private static TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder().setJobId("job-1").setAttempt(1).setWorker("worker-1");
  }

  private void epochs(int count) {
    ledger.record(event().setStarted(AttemptStarted.newBuilder().setJob(JOB)).build());
    for (int epoch = 1; epoch <= count; epoch++) {
      ledger.record(
          event()
              .setEpoch(
                  EpochCompleted.newBuilder()
                      .setEpoch(epoch)
                      .setEpochs(10)
                      .setLoss(40.0 / epoch)
                      .setValidationNme(0.2 / epoch)
                      .setBestValidationNme(0.2 / epoch)
                      .setLearningRate(0.001)
                      .setSmoothFaceComponents(8 * epoch))
              .build());
    }
  }

  @Test
  void aRunningJobsPageHasItsCourseAndRenewsItself() {
    // Given
    epochs(4);

    // When
    String html = page.of(Run.of("job-1", log));

    // Then
    assertThat(html)
        .contains("data-live=\"/runs/job-1.json\"", "connect-src &#39;self&#39;")
        .contains("4 of 10", "Held-out NME", "Training loss", "Learning rate", "Smooth face")
        .contains("epoch 4: 5.000", "&lt;b&gt;bold")
        .doesNotContain("<b>bold");
    assertThat(Run.of("job-1", log).json()).contains("\"epoch\": 4", "JOB_STATE_RUNNING");
    assertThat(index.of(ledger.all())).contains("href=\"/runs/job-1\"", "4 of 10", "running");
  }

  @Test
  void anEndedJobsPageStays() {
    // Given
    epochs(10);
    ledger.record(
        event().setSucceeded(JobSucceeded.newBuilder().setModelVersion("0123abcd")).build());

    // Then
    assertThat(page.of(Run.of("job-1", log)))
        .contains("succeeded", "0123abcd", "connect-src &#39;none&#39;")
        .doesNotContain("data-live=");
  }

  @Test
  void anUnknownJobIsNotFound() {
    assertThatThrownBy(() -> Run.of("none", log))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("job: none");
  }
}
