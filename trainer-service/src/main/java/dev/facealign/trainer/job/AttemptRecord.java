package dev.facealign.trainer.job;

import com.google.protobuf.util.Timestamps;
import dev.facealign.v1.AttemptSummary;
import dev.facealign.v1.FailureKind;
import dev.facealign.v1.TrainingEvent;
import java.time.Instant;

/**
 * One attempt at a job, as its events tell it.
 *
 * @param number from 1
 * @param worker its worker
 * @param startedAt when it began
 * @param lastSeenAt its last event's time
 * @param epoch epochs done at its last event, those that a checkpoint brought along included
 * @param progressed whether it kept a checkpoint that no attempt before it had
 * @param end how it ended
 */
public record AttemptRecord(
    int number,
    String worker,
    Instant startedAt,
    Instant lastSeenAt,
    int epoch,
    boolean progressed,
    End end) {

  /** How an attempt ended. */
  public sealed interface End {}

  /** It has not told: it runs, or its worker is gone. */
  public record Silent() implements End {}

  /**
   * It gave the job back.
   *
   * @param reason in its own words
   * @param broke whether something broke, which counts against the job
   */
  public record GaveBack(String reason, boolean broke) implements End {}

  /**
   * The job ended with it.
   *
   * @param how for people
   */
  public record EndedJob(String how) implements End {}

  static AttemptRecord started(TrainingEvent event) {
    Instant at = time(event);
    return new AttemptRecord(event.getAttempt(), event.getWorker(), at, at, 0, false, new Silent());
  }

  /**
   * This attempt after an event of its own.
   *
   * @param newCheckpoint whether the event tells of a checkpoint further on than all before
   */
  AttemptRecord after(TrainingEvent event, boolean newCheckpoint) {
    return new AttemptRecord(
        number,
        worker,
        startedAt,
        time(event),
        switch (event.getEventCase()) {
          case TRAINING_BEGAN -> event.getTrainingBegan().getResumedEpoch();
          case EPOCH -> event.getEpoch().getEpoch();
          default -> epoch;
        },
        progressed || newCheckpoint,
        switch (event.getEventCase()) {
          case RELEASED ->
              new GaveBack(
                  event.getReleased().getReason(),
                  event.getReleased().getKind() != FailureKind.FAILURE_KIND_UNSPECIFIED);
          case SUCCEEDED -> new EndedJob("succeeded");
          case FAILED -> new EndedJob(event.getFailed().getMessage());
          case CANCELLED -> new EndedJob("cancelled: " + event.getCancelled().getReason());
          case DEAD_LETTERED -> new EndedJob(event.getDeadLettered().getReason());
          default -> end;
        });
  }

  /** Whether it brought the job no further and its worker broke or vanished. */
  boolean isInVain() {
    return !progressed && (end instanceof Silent || (end instanceof GaveBack back && back.broke()));
  }

  /** In the contract's terms. */
  public AttemptSummary contract() {
    AttemptSummary.Builder summary =
        AttemptSummary.newBuilder()
            .setAttempt(number)
            .setWorker(worker)
            .setStartedAt(Timestamps.fromMillis(startedAt.toEpochMilli()))
            .setLastSeenAt(Timestamps.fromMillis(lastSeenAt.toEpochMilli()))
            .setEpoch(epoch);
    if (end instanceof GaveBack back) {
      summary.setEnded(back.reason());
    } else if (end instanceof EndedJob ended) {
      summary.setEnded(ended.how());
    }
    return summary.build();
  }

  private static Instant time(TrainingEvent event) {
    return Instant.ofEpochMilli(Timestamps.toMillis(event.getAt()));
  }
}
