package dev.facealign.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.v1.AttemptReleased;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.CancelRequested;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobCancelled;
import dev.facealign.v1.JobDeadLettered;
import dev.facealign.v1.JobFailed;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.TrainingEvent;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever workers send, in whatever order: the log decides, and its readers agree. */
class JobStatePropertyTest {

  @Property
  void aTerminalStateNeverChanges(@ForAll("logs") List<TrainingEvent> log) {
    // Given
    JobState state = new JobState.Queued(0);
    JobState firstEnd = null;

    for (TrainingEvent event : log) {
      // When
      state = state.after(event);
      if (firstEnd == null && state instanceof JobState.Terminal) {
        firstEnd = state;
      }

      // Then
      if (firstEnd != null) {
        assertThat(state).isEqualTo(firstEnd);
      }
    }
  }

  @Property
  void theNewestStartedAttemptHasTheJobAndNumbersOnlyGrow(@ForAll("logs") List<TrainingEvent> log) {
    // Given
    JobState state = new JobState.Queued(0);
    int newest = 0;

    for (TrainingEvent event : log) {
      // When
      state = state.after(event);
      if (event.hasStarted() && event.getAttempt() > newest) {
        newest = event.getAttempt();
      }

      // Then
      if (state instanceof JobState.Running running) {
        assertThat(running.attempt()).isEqualTo(newest);
      }
      if (state instanceof JobState.Queued queued) {
        assertThat(queued.attempts()).isEqualTo(newest);
      }
    }
  }

  @Property
  void atMostOneWorkerHoldsAnAttempt(@ForAll("logs") List<TrainingEvent> log) {
    // Given
    JobRecord job = JobRecord.firstSeen("job", null, null, java.time.Instant.EPOCH);

    for (TrainingEvent event : log) {
      // When
      job = job.after(event);
      JobRecord record = job;

      // Then
      assertThat(record.attempts()).extracting(AttemptRecord::number).doesNotHaveDuplicates();
      long holders =
          List.of("a", "b", "c").stream()
              .filter(worker -> holds(record.state(), record.lastAttempt(), worker))
              .count();
      assertThat(holders).isEqualTo(record.state() instanceof JobState.Running ? 1 : 0);
    }
  }

  private static boolean holds(JobState state, int attempt, String worker) {
    return state.isHeldBy(attempt, worker);
  }

  @Provide
  Arbitrary<List<TrainingEvent>> logs() {
    Arbitrary<Integer> attempts = Arbitraries.integers().between(0, 4);
    Arbitrary<String> workers = Arbitraries.of("a", "b", "c");
    Arbitrary<TrainingEvent> bodies =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, Arbitraries.just(started())),
            net.jqwik.api.Tuple.of(3, Arbitraries.just(released())),
            net.jqwik.api.Tuple.of(3, Arbitraries.of(progress())),
            net.jqwik.api.Tuple.of(1, Arbitraries.of(ends())));
    return Combinators.combine(attempts, workers, bodies)
        .as(
            (attempt, worker, body) ->
                body.toBuilder().setJobId("job").setAttempt(attempt).setWorker(worker).build())
        .list()
        .ofMaxSize(20);
  }

  private static TrainingEvent started() {
    return TrainingEvent.newBuilder().setStarted(AttemptStarted.getDefaultInstance()).build();
  }

  private static TrainingEvent released() {
    return TrainingEvent.newBuilder().setReleased(AttemptReleased.getDefaultInstance()).build();
  }

  private static List<TrainingEvent> progress() {
    return List.of(
        TrainingEvent.newBuilder().setEpoch(EpochCompleted.getDefaultInstance()).build(),
        TrainingEvent.newBuilder().setCheckpoint(CheckpointWritten.getDefaultInstance()).build(),
        TrainingEvent.newBuilder()
            .setCancelRequested(CancelRequested.getDefaultInstance())
            .build());
  }

  private static List<TrainingEvent> ends() {
    return List.of(
        TrainingEvent.newBuilder()
            .setSucceeded(JobSucceeded.newBuilder().setModelVersion("v1"))
            .build(),
        TrainingEvent.newBuilder().setFailed(JobFailed.newBuilder().setMessage("no")).build(),
        TrainingEvent.newBuilder()
            .setCancelled(JobCancelled.newBuilder().setReason("stop"))
            .build(),
        TrainingEvent.newBuilder()
            .setDeadLettered(JobDeadLettered.newBuilder().setReason("bad"))
            .build());
  }
}
