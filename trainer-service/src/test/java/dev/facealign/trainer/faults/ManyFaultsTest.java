package dev.facealign.trainer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many short jobs while workers are killed one after the other, frozen, and the broker is killed:
 * none may be lost, and none may have two results.
 *
 * <p>{@code -Dfaults.jobs=200 -Dfaults.seconds=600 -Dfaults.workers=4} are the defaults.
 */
@FaultSuite
@Order(Integer.MAX_VALUE)
@Timeout(value = 45, unit = TimeUnit.MINUTES)
class ManyFaultsTest {
  private static final int JOBS = Integer.getInteger("faults.jobs", 200);
  private static final int SECONDS = Integer.getInteger("faults.seconds", 600);
  private static final int WORKERS = Integer.getInteger("faults.workers", 4);
  private static final Duration KILL_EVERY = Duration.ofSeconds(10);
  private static final Duration FREEZE_EVERY = Duration.ofSeconds(75);
  private static final Duration FROZEN_FOR = Duration.ofSeconds(40);
  private static final Duration TICK = Duration.ofMillis(200);

  private final Random random = new Random(5);
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();
  private TrainingGround ground;
  private JobObserver jobs;

  /** A worker's end. */
  private record Kill(String worker, Instant at) {}

  @BeforeEach
  void open() {
    ground = TrainingGround.open("many");
    jobs = ground.observer();
  }

  @AfterEach
  void close() {
    ground.close();
  }

  @Test
  @Fault(
      row = "all at once",
      injected =
          "a SIGKILL every 10 s, a worker frozen for 40 s now and then, the broker killed twice")
  void noJobIsLostAndNoneHasTwoResults(Findings findings) {
    // Given
    for (int i = 0; i < WORKERS; i++) {
      workers.add(ground.worker());
    }
    workers.forEach(WorkerProcess::awaitTaking);

    // When
    Instant begins = Instant.now();
    Tally tally = breakThings(begins);
    long endedUnderFire = ended();
    Awaitility.await("all jobs to end")
        .atMost(Duration.ofMinutes(30))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> ended() == JOBS);
    Instant over = Instant.now();

    // Then
    findings.saw(
        "%d workers, %.0f s: %d SIGKILL (%d of them in an attempt), %d SIGSTOP of %d s, broker"
            + " killed %d times",
        WORKERS,
        Findings.seconds(begins, over),
        kills.size(),
        killedAttempts().size(),
        tally.freezes,
        FROZEN_FOR.toSeconds(),
        tally.brokerKills);
    report(findings, endedUnderFire);
    assertThat(ids().filter(id -> jobs.end(id).isEmpty())).as("jobs without a result").isEmpty();
    assertThat(ids().filter(id -> !jobs.end(id).orElseThrow().hasSucceeded()))
        .as("jobs that did not succeed")
        .isEmpty();
    assertThat(ids().filter(id -> jobs.models(id).size() != 1))
        .as("jobs with other than one model")
        .isEmpty();
    assertThat(ground.store().keys(ArtifactKind.MODEL, "")).as("models in the store").hasSize(JOBS);
    assertThat(jobs.deadLetters()).isEmpty();
  }

  private static java.util.stream.Stream<String> ids() {
    return IntStream.rangeClosed(1, JOBS).mapToObj(ManyFaultsTest::id);
  }

  private static String id(int number) {
    return String.format(Locale.ROOT, "many-%04d", number);
  }

  private long ended() {
    return ids().filter(id -> jobs.end(id).isPresent()).count();
  }

  /** What was done besides the kills. */
  private static final class Tally {
    int freezes;
    int brokerKills;
  }

  private record Frozen(WorkerProcess worker, Instant until) {}

  /** Submits all jobs in the first four fifths of the time, and lets nothing rest until its end. */
  private Tally breakThings(Instant begins) {
    Tally tally = new Tally();
    int submitted = 0;
    Instant nextKill = begins.plus(KILL_EVERY);
    Instant nextFreeze = begins.plus(FREEZE_EVERY.dividedBy(3));
    Optional<Frozen> frozen = Optional.empty();
    Instant end = begins.plusSeconds(SECONDS);
    while (Instant.now().isBefore(end)) {
      Instant now = Instant.now();
      double share = Findings.seconds(begins, now) / (0.8 * SECONDS);
      if (submitted < JOBS && submitted < WORKERS + share * JOBS && submit(id(submitted + 1))) {
        submitted++;
      }
      if (frozen.isPresent() && now.isAfter(frozen.get().until())) {
        frozen.get().worker().thaw();
        workers.add(frozen.get().worker());
        frozen = Optional.empty();
      }
      if (frozen.isEmpty() && now.isAfter(nextFreeze)) {
        WorkerProcess worker = workers.remove(random.nextInt(workers.size()));
        worker.freeze();
        frozen = Optional.of(new Frozen(worker, now.plus(FROZEN_FOR)));
        nextFreeze = now.plus(FREEZE_EVERY);
        tally.freezes++;
      }
      if (now.isAfter(nextKill)) {
        WorkerProcess victim = workers.remove(random.nextInt(workers.size()));
        kills.add(new Kill(victim.name(), victim.kill()));
        workers.add(ground.worker());
        nextKill = nextKill.plus(KILL_EVERY);
      }
      double passed = Findings.seconds(begins, now) / SECONDS;
      if (passed > (tally.brokerKills + 1) / 3.0 && tally.brokerKills < 2) {
        ground.broker().kill();
        ground.broker().restart();
        tally.brokerKills++;
      }
      Awaitility.await().pollDelay(TICK).until(() -> true);
    }
    frozen.ifPresent(last -> last.worker().thaw());
    while (submitted < JOBS) {
      submitted += submit(id(submitted + 1)) ? 1 : 0;
    }
    return tally;
  }

  /** False where the desk cannot take it just now: it is handed in again, under the same name. */
  private boolean submit(String id) {
    TrainingJob.Builder job =
        ground.job(id).setBatchSize(8).setEpochs(3).setCheckpointEverySeconds(2);
    try {
      ground.submit(job);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** Attempts whose worker was killed before their job had ended. */
  private List<TrainingEvent> killedAttempts() {
    List<TrainingEvent> killed = new ArrayList<>();
    for (Kill kill : kills) {
      ids()
          .flatMap(id -> jobs.attempts(id).stream())
          .filter(attempt -> attempt.getWorker().equals(kill.worker()))
          .filter(attempt -> JobObserver.at(attempt).isBefore(kill.at()))
          .filter(attempt -> isHeldAt(attempt, kill.at()))
          .forEach(killed::add);
    }
    return killed;
  }

  private boolean isHeldAt(TrainingEvent attempt, Instant at) {
    return jobs.events(attempt.getJobId()).stream()
        .filter(
            event ->
                JobObserver.isTerminal(event)
                    || (event.hasStarted() && event.getAttempt() > attempt.getAttempt())
                    || (event.hasReleased() && event.getAttempt() == attempt.getAttempt()))
        .noneMatch(event -> JobObserver.at(event).isBefore(at));
  }

  private void report(Findings findings, long endedUnderFire) {
    List<Double> redelivered = new ArrayList<>();
    for (TrainingEvent attempt : killedAttempts()) {
      Instant killed =
          kills.stream()
              .filter(kill -> kill.worker().equals(attempt.getWorker()))
              .map(Kill::at)
              .findFirst()
              .orElseThrow();
      jobs.attempts(attempt.getJobId()).stream()
          .filter(next -> next.getAttempt() > attempt.getAttempt())
          .findFirst()
          .ifPresent(next -> redelivered.add(Findings.seconds(killed, JobObserver.at(next))));
    }
    long succeeded =
        ids().filter(id -> jobs.end(id).filter(TrainingEvent::hasSucceeded).isPresent()).count();
    long models = ids().mapToLong(id -> jobs.models(id).size()).sum();
    long twice = ids().filter(id -> jobs.models(id).size() > 1).count();
    long terminal = ids().mapToLong(id -> jobs.events(id, JobObserver::isTerminal).size()).sum();
    findings.saw(
        "%d results of %d jobs, %d missing, %d twice; %d terminal events, %d announcements of %d"
            + " models, %d dead letters",
        succeeded,
        JOBS,
        JOBS - succeeded,
        twice,
        terminal,
        jobs.announcements(),
        models,
        jobs.deadLetters().size());
    findings.saw("%d ended before the last fault", endedUnderFire);
    findings.saw("next attempt after a SIGKILL: %s", Findings.spread(redelivered));
    findings.saw(
        "checkpoints left of ended jobs: %d",
        ground.store().keys(ArtifactKind.CHECKPOINT, "").size());
    Map<Integer, Integer> byAttempts = new TreeMap<>();
    ids().forEach(id -> byAttempts.merge(jobs.attempts(id).size(), 1, Integer::sum));
    List<String> lines = new ArrayList<>(List.of("| attempts | jobs |", "|---|---|"));
    byAttempts.forEach((attempts, count) -> lines.add("| " + attempts + " | " + count + " |"));
    findings.table("Jobs by their number of attempts (" + JOBS + " jobs)", lines);
  }
}
