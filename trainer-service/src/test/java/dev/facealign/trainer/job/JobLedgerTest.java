package dev.facealign.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.v1.AttemptReleased;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.CancelRequested;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobFailed;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobLedgerTest {
  private final JobLedger ledger = new JobLedger();

  @Test
  void theFirstTerminalEventWins() {
    // Given
    ledger.record(event(1, "a").setStarted(AttemptStarted.getDefaultInstance()).build());

    // When
    ledger.record(
        event(1, "a").setSucceeded(JobSucceeded.newBuilder().setModelVersion("v1")).build());
    ledger.record(event(2, "b").setFailed(JobFailed.newBuilder().setMessage("late")).build());
    ledger.record(
        event(2, "b").setSucceeded(JobSucceeded.newBuilder().setModelVersion("v2")).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Succeeded("v1"));
    assertThat(record().status().getModelVersion()).isEqualTo("v1");
    assertThat(record().events()).hasSize(2);
  }

  @Test
  void aReleaseCountsOnlyFromTheAttemptThatHoldsTheJob() {
    // Given
    ledger.record(event(1, "a").setStarted(AttemptStarted.getDefaultInstance()).build());
    ledger.record(event(2, "b").setStarted(AttemptStarted.getDefaultInstance()).build());

    // When
    ledger.record(event(1, "a").setReleased(AttemptReleased.getDefaultInstance()).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Running(2, "b"));

    // When
    ledger.record(event(2, "b").setReleased(AttemptReleased.getDefaultInstance()).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Queued());
    assertThat(record().attempts()).isEqualTo(2);
  }

  @Test
  void aWatcherIsToldEveryEventOnceInOrder() {
    // Given
    ledger.record(event(1, "a").setStarted(AttemptStarted.getDefaultInstance()).build());
    List<TrainingEvent.EventCase> seen = new ArrayList<>();

    // When
    JobLedger.Watch watch = ledger.watch("job", (after, event) -> seen.add(event.getEventCase()));
    ledger.record(event(1, "a").setEpoch(EpochCompleted.getDefaultInstance()).build());
    ledger.record(
        event(1, "a").setJobId("other").setEpoch(EpochCompleted.getDefaultInstance()).build());
    watch.close();
    ledger.record(event(1, "a").setSucceeded(JobSucceeded.getDefaultInstance()).build());

    // Then
    assertThat(seen)
        .containsExactly(TrainingEvent.EventCase.STARTED, TrainingEvent.EventCase.EPOCH);
  }

  @Test
  void aJobIsKnownFromEitherTopicWhicheverIsReadFirst() {
    // Given
    TrainingJob sent = TrainingJob.newBuilder().setJobId("job").setSeed(5).build();
    TrainingJob filled = sent.toBuilder().setEpochs(9).build();

    // When
    ledger.record(event(1, "a").setStarted(AttemptStarted.newBuilder().setJob(filled)).build());
    ledger.sent("job", sent, Instant.EPOCH);

    // Then
    assertThat(record().status().getJob()).isEqualTo(filled);
    assertThat(record().status().getState()).isEqualTo(dev.facealign.v1.JobState.JOB_STATE_RUNNING);
  }

  @Test
  void aWishToCancelIsRemembered() {
    // When
    ledger.record(
        event(0, "")
            .setCancelRequested(CancelRequested.newBuilder().setReason("too slow"))
            .build());

    // Then
    assertThat(record().cancelReason()).isEqualTo("too slow");
    assertThat(record().status().getCancelRequested()).isTrue();
    assertThat(record().state()).isEqualTo(new JobState.Queued());
  }

  private JobRecord record() {
    return ledger.find("job").orElseThrow();
  }

  private static TrainingEvent.Builder event(int attempt, String worker) {
    return TrainingEvent.newBuilder().setJobId("job").setAttempt(attempt).setWorker(worker);
  }
}
