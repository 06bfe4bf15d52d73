package dev.facealign.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.v1.AttemptReleased;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.CancelRequested;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.FailureKind;
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
    assertThat(ledger.events("job")).hasSize(2);
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
    assertThat(record().state()).isEqualTo(new JobState.Queued(2));
    assertThat(record().lastAttempt()).isEqualTo(2);
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
    ledger.sent("job", sent, new RecordPlace("jobs", 0, 3), Instant.EPOCH);

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
    assertThat(record().state()).isEqualTo(new JobState.Queued(0));
  }

  @Test
  void ofTwoWorkersWithOneNumberTheFirstOnTheLogHasTheJob() {
    // When
    ledger.record(event(1, "a").setStarted(startedFrom(7)).build());
    ledger.record(event(1, "b").setStarted(startedFrom(8)).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Running(1, "a"));
    assertThat(record().place()).isEqualTo(new RecordPlace("jobs", 0, 7));
    assertThat(record().attempts()).hasSize(1);
  }

  @Test
  void whatAnOvertakenAttemptSaysGoesIntoItsOwnHistoryOnly() {
    // Given
    ledger.record(event(1, "a").setStarted(startedFrom(7)).build());
    ledger.record(event(2, "b").setStarted(startedFrom(7)).build());
    ledger.record(event(2, "b").setEpoch(EpochCompleted.newBuilder().setEpoch(5)).build());

    // When
    ledger.record(event(1, "a").setEpoch(EpochCompleted.newBuilder().setEpoch(9)).build());
    ledger.record(
        event(1, "a").setReleased(AttemptReleased.newBuilder().setReason("overtaken")).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Running(2, "b"));
    assertThat(record().status().getLatestEpoch().getEpoch()).isEqualTo(5);
    assertThat(record().attempts().get(0).epoch()).isEqualTo(9);
    assertThat(record().attempts().get(0).end())
        .isEqualTo(new AttemptRecord.GaveBack("overtaken", false));
  }

  @Test
  void onlyAttemptsThatBrokeOrVanishedWithoutANewCheckpointAreInVain() {
    // Given
    ledger.record(event(1, "a").setStarted(startedFrom(7)).build());
    ledger.record(event(1, "a").setCheckpoint(CheckpointWritten.newBuilder().setEpoch(1)).build());
    ledger.record(event(2, "b").setStarted(startedFrom(7)).build());
    ledger.record(
        event(2, "b")
            .setReleased(AttemptReleased.newBuilder().setKind(FailureKind.FAILURE_KIND_INTERNAL))
            .build());
    ledger.record(event(3, "c").setStarted(startedFrom(7)).build());
    // The same checkpoint once more is no progress.
    ledger.record(event(3, "c").setCheckpoint(CheckpointWritten.newBuilder().setEpoch(1)).build());
    ledger.record(event(4, "d").setStarted(startedFrom(7)).build());

    // Then
    assertThat(record().attemptsInVain()).isEqualTo(3);

    // When
    ledger.record(
        event(4, "d").setReleased(AttemptReleased.newBuilder().setReason("stops")).build());

    // Then
    assertThat(record().attemptsInVain()).isZero();

    // When
    ledger.record(event(5, "e").setStarted(startedFrom(7)).build());
    ledger.record(
        event(5, "e").setCheckpoint(CheckpointWritten.newBuilder().setEpoch(1).setStep(4)).build());

    // Then
    assertThat(record().attemptsInVain()).isZero();
  }

  @Test
  void aJobThatWasSentAgainIsTakenFromItsNewPlace() {
    // Given
    ledger.record(event(1, "a").setStarted(startedFrom(7)).build());

    // When
    ledger.record(event(1, "rescuer").setReleased(movedTo(12)).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Queued(1));
    assertThat(record().place()).isEqualTo(new RecordPlace("jobs", 0, 12));

    // When: another rescuer is late
    ledger.record(event(2, "b").setStarted(startedFrom(12)).build());
    ledger.record(event(1, "late rescuer").setReleased(movedTo(13)).build());

    // Then
    assertThat(record().state()).isEqualTo(new JobState.Running(2, "b"));
    assertThat(record().place()).isEqualTo(new RecordPlace("jobs", 0, 12));
  }

  private static AttemptReleased movedTo(long offset) {
    return AttemptReleased.newBuilder()
        .setMovedTo(new RecordPlace("jobs", 0, offset).contract())
        .build();
  }

  private static AttemptStarted startedFrom(long offset) {
    return AttemptStarted.newBuilder()
        .setPlace(new RecordPlace("jobs", 0, offset).contract())
        .build();
  }

  private JobRecord record() {
    return ledger.find("job").orElseThrow();
  }

  private static TrainingEvent.Builder event(int attempt, String worker) {
    return TrainingEvent.newBuilder().setJobId("job").setAttempt(attempt).setWorker(worker);
  }
}
