package dev.facealign.trainer.faults;

import static dev.facealign.trainer.faults.TrainingGround.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Jobs whose workers are killed, frozen, stopped or cut off. Each is compared with the same job
 * undisturbed: the same losses and validation errors in every epoch, and the same network to the
 * last byte.
 */
@FaultSuite
class InterruptedJobTest {
  private static final int EPOCHS = 10;

  private static TrainingGround ground;
  private static JobObserver jobs;
  private static Curve undisturbed;
  private static double epochSeconds;

  @BeforeAll
  static void runUndisturbed() {
    ground = TrainingGround.open("interrupted");
    jobs = ground.observer();
    ground.worker();
    ground.submit(job("undisturbed"));
    assertThat(jobs.awaitEnd("undisturbed", PATIENCE)).matches(TrainingEvent::hasSucceeded);
    undisturbed = Curve.of(ground, "undisturbed");
    epochSeconds =
        Findings.median(
            jobs.events("undisturbed", TrainingEvent::hasEpoch).stream()
                .map(event -> event.getEpoch().getEpochSeconds())
                .toList());
    ground.tidy();
  }

  @AfterEach
  void tidy() {
    ground.tidy();
  }

  @AfterAll
  static void close() {
    ground.close();
  }

  private static TrainingJob.Builder job(String id) {
    return ground.job(id).setEpochs(EPOCHS);
  }

  /** Waits until an attempt has kept a checkpoint in the middle of an epoch. */
  private static TrainingEvent awaitCheckpointWithinAnEpoch(String jobId, int attempt) {
    return jobs.await(
        jobId,
        PATIENCE,
        event ->
            event.hasCheckpoint()
                && event.getAttempt() == attempt
                && event.getCheckpoint().getStep() > 0);
  }

  private static TrainingBegan awaitBegan(String jobId, int attempt) {
    return jobs.await(
            jobId, PATIENCE, event -> event.hasTrainingBegan() && event.getAttempt() == attempt)
        .getTrainingBegan();
  }

  private static TrainingEvent newestCheckpoint(String jobId) {
    List<TrainingEvent> checkpoints = jobs.events(jobId, TrainingEvent::hasCheckpoint);
    return checkpoints.get(checkpoints.size() - 1);
  }

  private static void assertResumedFrom(CheckpointWritten checkpoint, TrainingBegan began) {
    assertThat(List.of(began.getResumedEpoch(), began.getResumedStep()))
        .isEqualTo(List.of(checkpoint.getEpoch(), checkpoint.getStep()));
  }

  /** One result, and the curve of a run that nobody disturbed. */
  private static void assertOneUndisturbedResult(String jobId) {
    assertOneResult(jobId);
    assertThat(Curve.of(ground, jobId)).isEqualTo(undisturbed);
  }

  private static void assertOneResult(String jobId) {
    assertThat(jobs.awaitEnd(jobId, PATIENCE)).matches(TrainingEvent::hasSucceeded);
    assertThat(jobs.events(jobId, JobObserver::isTerminal)).hasSize(1);
    String version = jobs.end(jobId).orElseThrow().getSucceeded().getModelVersion();
    assertThat(jobs.models(jobId)).isEqualTo(Set.of(version));
    assertThat(jobs.deadLetters()).noneMatch(letter -> letter.getJobId().equals(jobId));
  }

  @Test
  @Fault(row = "13", injected = "nothing: a job longer than lock (15 s), sessions (45 s) and polls")
  void aJobLongerThanEveryTimeoutIsNeverRedelivered(Findings findings) {
    // Given an idle worker that would take it
    int epochs = (int) Math.ceil(90 / epochSeconds);
    ground.worker().awaitTaking();
    ground.worker().awaitTaking();

    // When
    ground.submit(ground.job("long").setEpochs(epochs).setCheckpointEverySeconds(30));

    // Then
    TrainingEvent end = jobs.awaitEnd("long", Duration.ofMinutes(5));
    double seconds =
        Findings.seconds(JobObserver.at(jobs.attempts("long").get(0)), JobObserver.at(end));
    findings.saw(
        "trained for %.0f s in %d attempt(s), %d `started`",
        seconds,
        jobs.attempts("long").size(),
        jobs.events("long", TrainingEvent::hasStarted).size());
    assertThat(seconds).isGreaterThan(50);
    assertThat(jobs.events("long", TrainingEvent::hasStarted)).hasSize(1);
    assertOneResult("long");
  }

  @Test
  @Fault(row = "14", injected = "SIGKILL in mid-epoch, another worker is idle")
  void aKilledWorkersJobGoesOnFromItsLastCheckpoint(Findings findings) {
    // Given
    WorkerProcess one = ground.worker().awaitTaking();
    WorkerProcess other = ground.worker().awaitTaking();
    ground.submit(job("killed"));
    TrainingEvent seen = awaitCheckpointWithinAnEpoch("killed", 1);

    // When
    Instant killed = TrainingGround.sender(seen, one, other).kill();
    TrainingBegan began = awaitBegan("killed", 2);

    // Then
    TrainingEvent last =
        jobs.events("killed", e -> e.hasCheckpoint() && e.getAttempt() == 1).stream()
            .reduce((before, after) -> after)
            .orElseThrow();
    assertResumedFrom(last.getCheckpoint(), began);
    double lost = Findings.seconds(JobObserver.at(last), killed);
    assertThat(lost).as("work lost, seconds; a checkpoint comes every second").isLessThan(6);
    assertOneUndisturbedResult("killed");
    findings.saw(
        "started again after %.2f s",
        Findings.seconds(killed, JobObserver.at(jobs.attempts("killed").get(1))));
    findings.saw(
        "went on from epoch %d, step %d; %.1f s of work lost at a checkpoint a second",
        began.getResumedEpoch(), began.getResumedStep(), Math.max(0, lost));
    findings.saw("same losses, validation errors and network to the last bit");
  }

  @Test
  @Fault(row = "14", injected = "SIGKILL of six workers one after the other at one job")
  void aJobThatLosesManyWorkersEndsAllTheSame(Findings findings) {
    // Given
    int kills = 6;
    WorkerProcess busy = ground.worker().awaitTaking();
    ground.submit(job("killed-often").setEpochs(2 * EPOCHS));

    // When each worker is killed once it has brought the job further
    for (int attempt = 1; attempt <= kills; attempt++) {
      jobs.awaitAttempt("killed-often", attempt, PATIENCE);
      awaitCheckpointWithinAnEpoch("killed-often", attempt);
      busy.kill();
      busy = ground.worker();
    }

    // Then
    assertOneResult("killed-often");
    long moved =
        jobs.events("killed-often", e -> e.hasReleased() && e.getReleased().hasMovedTo()).size();
    findings.saw(
        "%d kills, %d attempts, sent again %d time(s) before Kafka's delivery limit, one result",
        kills, jobs.attempts("killed-often").size(), moved);
    assertThat(jobs.attempts("killed-often")).hasSize(kills + 1);
    assertThat(moved).isPositive();
    assertThat(Curve.of(ground, "killed-often").epochs().values())
        .as("attempts agree on every epoch")
        .hasSize(2 * EPOCHS)
        .allMatch(figures -> figures.size() == 1);
  }

  @Test
  @Fault(row = "15", injected = "SIGSTOP until another worker trains the job, then SIGCONT")
  void aZombieStopsByItselfWhileAnotherTrains(Findings findings) {
    // Given
    WorkerProcess one = ground.worker().awaitTaking();
    WorkerProcess other = ground.worker().awaitTaking();
    ground.submit(job("frozen").setEpochs(3 * EPOCHS));
    WorkerProcess zombie =
        TrainingGround.sender(awaitCheckpointWithinAnEpoch("frozen", 1), one, other);

    // When
    Instant frozen = zombie.freeze();
    TrainingEvent again = jobs.awaitAttempt("frozen", 2, PATIENCE);
    awaitBegan("frozen", 2);
    Instant thawed = zombie.thaw();

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> zombie.logged("end=Outdated"));
    double stopped = Findings.seconds(thawed, Instant.now());
    assertOneResult("frozen");
    assertThat(jobs.end("frozen").orElseThrow().getWorker()).isNotEqualTo(zombie.name());
    assertThat(Curve.of(ground, "frozen").epochs().values())
        .as("attempts agree on every epoch")
        .allMatch(figures -> figures.size() == 1);
    assertThat(jobs.attempts("frozen")).hasSize(2);
    findings.saw(
        "another worker began %.1f s after SIGSTOP (lock %d s)",
        Findings.seconds(frozen, JobObserver.at(again)), TrainingGround.LOCK.toSeconds());
    findings.saw("the zombie stopped %.1f s after SIGCONT; one result", stopped);
  }

  @Test
  @Fault(row = "15", injected = "SIGSTOP for more than a minute, SIGCONT when all is over")
  void aZombieThatWakesLateChangesNothingAndWorksOn(Findings findings) {
    // Given
    WorkerProcess one = ground.worker().awaitTaking();
    WorkerProcess other = ground.worker().awaitTaking();
    ground.submit(job("frozen-long"));
    WorkerProcess zombie =
        TrainingGround.sender(awaitCheckpointWithinAnEpoch("frozen-long", 1), one, other);
    WorkerProcess healthy = zombie == one ? other : one;

    // When
    Instant frozen = zombie.freeze();
    assertThat(jobs.awaitEnd("frozen-long", PATIENCE)).matches(TrainingEvent::hasSucceeded);
    Awaitility.await().atMost(PATIENCE).until(() -> Findings.seconds(frozen, Instant.now()) > 65);
    Instant thawed = zombie.thaw();

    // Then
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> zombie.logged("end=Outdated"));
    double stopped = Findings.seconds(thawed, Instant.now());
    assertOneUndisturbedResult("frozen-long");

    // And it is a worker like any other
    healthy.kill();
    Instant sent = Instant.now();
    ground.submit(ground.job("after-thaw"));
    TrainingEvent next = jobs.awaitAttempt("after-thaw", 1, PATIENCE);
    assertThat(next.getWorker()).isEqualTo(zombie.name());
    assertOneResult("after-thaw");
    findings.saw(
        "frozen for %.0f s; stopped %.1f s after SIGCONT; one result, the undisturbed one; took the"
            + " next job after %.1f s",
        Findings.seconds(frozen, thawed), stopped, Findings.seconds(sent, JobObserver.at(next)));
  }

  @Test
  @Fault(row = "15", injected = "SIGSTOP in the midst of publishing, SIGCONT when all is over")
  void aZombieThatWakesInItsPublicationChangesNothing(Findings findings) {
    // Given a worker whose store is slow, so that there is time to freeze it before it writes
    WorkerProcess zombie = ground.worker(Map.of("faults.store-delay", "6s")).awaitTaking();
    ground.submit(job("frozen-late").setCheckpointEverySeconds(600));
    zombie.awaitLog("network exported");

    // When
    zombie.freeze();
    ground.worker();
    TrainingEvent end = jobs.awaitEnd("frozen-late", PATIENCE);
    zombie.thaw();
    zombie.awaitLog("attempt ends");

    // Then
    assertThat(end).matches(TrainingEvent::hasSucceeded);
    assertThat(end.getAttempt()).isEqualTo(2);
    ground.submit(ground.job("after-publication"));
    assertOneResult("after-publication");
    assertThat(jobs.models("frozen-late")).containsExactly(end.getSucceeded().getModelVersion());
    assertThat(jobs.deadLetters()).noneMatch(letter -> letter.getJobId().equals("frozen-late"));
    assertThat(Curve.of(ground, "frozen-late")).isEqualTo(undisturbed);
    findings.saw("both published the same version; one model, one result, no dead letter");
  }

  @Test
  @Fault(row = "16", injected = "broker killed and restarted in mid-job, one worker")
  void aBrokersRestartCostsNoResult(Findings findings) {
    // Given
    ground.worker();
    ground.submit(job("restart"));
    awaitCheckpointWithinAnEpoch("restart", 1);

    // When
    ground.broker().kill();
    ground.broker().restart();

    // Then
    assertOneUndisturbedResult("restart");
    findings.saw(
        "%d attempt(s), every epoch on the log, the undisturbed result",
        jobs.attempts("restart").size());
  }

  @Test
  @Fault(row = "16", injected = "broker killed and restarted in mid-job, an idle worker beside")
  void aJobThatABrokersRestartHandsToAnotherIsHandedOver(Findings findings) {
    // Given
    ground.worker().awaitTaking();
    ground.worker().awaitTaking();
    ground.submit(job("handed-over").setEpochs(3 * EPOCHS));
    awaitCheckpointWithinAnEpoch("handed-over", 1);

    // When
    ground.broker().kill();
    ground.broker().restart();

    // Then
    assertOneResult("handed-over");
    assertThat(Curve.of(ground, "handed-over").epochs().values())
        .as("attempts agree on every epoch")
        .hasSize(3 * EPOCHS)
        .allMatch(figures -> figures.size() == 1);
    findings.saw("%d attempt(s), one result", jobs.attempts("handed-over").size());
  }

  @Test
  @Fault(row = "16", injected = "broker away for 90 s in mid-job")
  void trainingGoesOnWhileTheBrokerIsAway(Findings findings) {
    // Given a job that outlasts the broker's absence
    int epochs = (int) Math.ceil(150 / epochSeconds);
    ground.worker();
    ground.submit(ground.job("away").setEpochs(epochs).setCheckpointEverySeconds(10));
    awaitCheckpointWithinAnEpoch("away", 1);

    // When
    Instant gone = ground.broker().kill();
    Awaitility.await().atMost(PATIENCE).until(() -> Findings.seconds(gone, Instant.now()) > 90);
    Instant back = Instant.now();
    ground.broker().restart();

    // Then
    jobs.awaitEnd("away", Duration.ofMinutes(6));
    assertOneResult("away");
    long meanwhile =
        jobs.events(
                "away",
                event ->
                    event.hasEpoch()
                        && JobObserver.at(event).isAfter(gone)
                        && JobObserver.at(event).isBefore(back))
            .size();
    assertThat(meanwhile).as("epochs done while the broker was away").isGreaterThan(5);
    assertThat(Curve.of(ground, "away").epochs().values())
        .as("every epoch is on the log, and attempts agree")
        .hasSize(epochs)
        .allMatch(figures -> figures.size() == 1);
    findings.saw(
        "%d of %d epochs done meanwhile, all on the log afterwards; %d attempt(s), one result",
        meanwhile, epochs, jobs.attempts("away").size());
  }

  @Test
  @Fault(row = "21", injected = "SIGTERM in mid-epoch, another worker is idle")
  void aWorkerThatIsToldToStopHandsItsJobOn(Findings findings) {
    // Given
    WorkerProcess one = ground.worker().awaitTaking();
    WorkerProcess other = ground.worker().awaitTaking();
    ground.submit(job("terminated"));
    WorkerProcess stopped =
        TrainingGround.sender(awaitCheckpointWithinAnEpoch("terminated", 1), one, other);

    // When
    Instant asked = stopped.terminate();
    int status = stopped.awaitExit(Duration.ofSeconds(30));
    double seconds = Findings.seconds(asked, Instant.now());

    // Then
    TrainingBegan began = awaitBegan("terminated", 2);
    TrainingEvent released =
        jobs.await("terminated", PATIENCE, e -> e.hasReleased() && e.getAttempt() == 1);
    TrainingEvent last =
        jobs.events("terminated", e -> e.hasCheckpoint() && e.getAttempt() == 1).stream()
            .reduce((before, after) -> after)
            .orElseThrow();
    assertThat(status).isZero();
    assertThat(released.getReleased().getReason()).isEqualTo("worker is shutting down");
    assertThat(JobObserver.at(last)).as("checkpoint at the stop").isAfterOrEqualTo(asked);
    assertResumedFrom(last.getCheckpoint(), began);
    assertOneUndisturbedResult("terminated");
    findings.saw(
        "exit 0 after %.1f s with a checkpoint %.1f s after the signal; another worker began %.1f s"
            + " after the signal with not a step lost; the undisturbed result",
        seconds,
        Findings.seconds(asked, JobObserver.at(last)),
        Findings.seconds(asked, JobObserver.at(jobs.attempts("terminated").get(1))));
  }

  @Test
  @Fault(row = "21", injected = "cancelled in mid-epoch, then continued by a job of its own")
  void aCancelledJobIsContinuedByAnother(Findings findings) {
    // Given
    ground.worker();
    ground.submit(job("cancelled"));
    awaitCheckpointWithinAnEpoch("cancelled", 1);

    // When
    Instant asked = Instant.now();
    ground.cancel("cancelled", "tea");
    TrainingEvent end = jobs.awaitEnd("cancelled", PATIENCE);
    ground.submit(job("continued").setContinueJob("cancelled"));

    // Then
    assertThat(end).matches(TrainingEvent::hasCancelled);
    assertThat(end.getCancelled().getReason()).isEqualTo("tea");
    assertOneResult("continued");
    CheckpointWritten kept = newestCheckpoint("cancelled").getCheckpoint();
    TrainingBegan began = awaitBegan("continued", 1);
    assertResumedFrom(kept, began);
    Curve whole = Curve.of(ground, "continued");
    assertThat(whole.networkSha256()).isEqualTo(undisturbed.networkSha256());
    assertThat(undisturbed.epochs()).containsAllEntriesOf(whole.epochs());
    findings.saw(
        "cancelled after %.2f s; continued from epoch %d, step %d; the undisturbed result",
        Findings.seconds(asked, JobObserver.at(end)),
        began.getResumedEpoch(),
        began.getResumedStep());
  }
}
