package dev.facealign.trainer.faults;

import static dev.facealign.trainer.faults.TrainingGround.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.JobState;
import dev.facealign.v1.Priority;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gets a job, when, and how quickly. */
@FaultSuite
class QueueTest {
  private static TrainingGround ground;
  private static JobObserver jobs;

  @BeforeAll
  static void open() {
    ground = TrainingGround.open("queue");
    jobs = ground.observer();
  }

  @AfterEach
  void tidy() {
    ground.tidy();
  }

  @AfterAll
  static void close() {
    ground.close();
  }

  /** A job that only ends when it is cancelled. */
  private static TrainingJob.Builder endless(String id) {
    return ground.job(id).setEpochs(10_000).setCheckpointEverySeconds(600);
  }

  private static TrainingEvent awaitTraining(String jobId, int attempt) {
    return jobs.await(
        jobId, PATIENCE, event -> event.hasTrainingBegan() && event.getAttempt() == attempt);
  }

  /** Lets everything come to rest that follows an event. */
  private static void rest() {
    Awaitility.await().pollDelay(Duration.ofMillis(700)).until(() -> true);
  }

  @Test
  @Fault(row = "figure: redelivery", injected = "SIGKILL of a training worker, another is idle")
  void aKilledWorkersJobComesBackAtOnce(Findings findings) {
    // Given
    int times = Integer.getInteger("faults.repetitions", 15);
    List<Double> seconds = new ArrayList<>();
    List<WorkerProcess> workers = new ArrayList<>();
    workers.add(ground.worker().awaitTaking());
    workers.add(ground.worker().awaitTaking());

    // When
    for (int i = 1; i <= times; i++) {
      String id = "redelivered-" + i;
      ground.submit(endless(id));
      TrainingEvent began = awaitTraining(id, 1);
      WorkerProcess busy = TrainingGround.sender(began, workers.toArray(WorkerProcess[]::new));
      Instant killed = busy.kill();
      workers.remove(busy);
      TrainingEvent again = jobs.awaitAttempt(id, 2, PATIENCE);
      seconds.add(Findings.seconds(killed, JobObserver.at(again)));
      ground.cancel(id, "measured");
      jobs.awaitEnd(id, PATIENCE);
      workers.add(ground.worker().awaitTaking());
    }

    // Then
    findings.saw("from SIGKILL to the next attempt: %s", Findings.spread(seconds));
    assertThat(Findings.median(seconds)).as("median seconds, asked < 1").isLessThan(3);
  }

  @Test
  @Fault(row = "figure: cancel", injected = "cancel of a training job")
  void aRunningJobIsCancelledSoon(Findings findings) {
    // Given
    int times = Integer.getInteger("faults.repetitions", 15);
    List<Double> seconds = new ArrayList<>();
    ground.worker().awaitTaking();

    // When
    for (int i = 1; i <= times; i++) {
      String id = "cancelled-" + i;
      ground.submit(endless(id));
      jobs.await(id, PATIENCE, TrainingEvent::hasEpoch);
      Instant asked = Instant.now();
      ground.cancel(id, "enough");
      seconds.add(Findings.seconds(asked, JobObserver.at(jobs.awaitEnd(id, PATIENCE))));
    }

    // Then
    findings.saw("from CancelJob to CANCELLED: %s", Findings.spread(seconds));
    assertThat(seconds).as("seconds, asked < 5").allMatch(s -> s < 10);
  }

  @Test
  @Fault(row = "figure: start", injected = "nothing: a job for an idle worker")
  void aSubmittedJobRunsSoon(Findings findings) {
    // Given
    int times = 2 * Integer.getInteger("faults.repetitions", 15);
    List<Double> fromCall = new ArrayList<>();
    List<Double> fromQueued = new ArrayList<>();
    ground.worker().awaitTaking();
    warmUp();

    // When
    for (int i = 1; i <= times; i++) {
      rest();
      String id = "prompt-" + i;
      Instant asked = Instant.now();
      ground.submit(endless(id));
      Instant started = JobObserver.at(jobs.awaitAttempt(id, 1, PATIENCE));
      TrainingEvent queued = jobs.await(id, PATIENCE, TrainingEvent::hasQueued);
      fromCall.add(Findings.seconds(asked, started));
      fromQueued.add(Findings.seconds(JobObserver.at(queued), started));
      ground.cancel(id, "measured");
      jobs.awaitEnd(id, PATIENCE);
    }

    // Then
    findings.saw("from the call of SubmitJob to RUNNING: %s", Findings.spread(fromCall));
    findings.saw("from the event `queued` to RUNNING: %s", Findings.spread(fromQueued));
    assertThat(Findings.median(fromCall)).as("median seconds, asked < 0.2").isLessThan(2);
  }

  /** The first calls load classes. */
  private static void warmUp() {
    for (int i = 1; i <= 3; i++) {
      ground.submit(endless("warm-" + i));
      jobs.awaitAttempt("warm-" + i, 1, PATIENCE);
      ground.cancel("warm-" + i, "warm");
      jobs.awaitEnd("warm-" + i, PATIENCE);
    }
  }

  @Test
  @Fault(row = "figure: second worker", injected = "two jobs for two idle workers, one partition")
  void aSecondWorkerTakesTheSecondJobAtOnce(Findings findings) {
    // Given
    int times = Math.max(1, Integer.getInteger("faults.repetitions", 15) / 3);
    List<Double> seconds = new ArrayList<>();

    for (int i = 1; i <= times; i++) {
      // Given workers that have taken nothing yet: what they do for the first time they do slowly
      ground.worker().awaitTaking();
      ground.worker().awaitTaking();

      // When
      String first = "first-" + i;
      String second = "second-" + i;
      ground.submit(endless(first));
      awaitTraining(first, 1);
      Instant asked = Instant.now();
      ground.submit(endless(second));

      // Then
      TrainingEvent started = jobs.awaitAttempt(second, 1, PATIENCE);
      seconds.add(Findings.seconds(asked, JobObserver.at(started)));
      assertThat(started.getWorker()).isNotEqualTo(jobs.attempts(first).get(0).getWorker());
      assertThat(jobs.end(first)).isEmpty();
      for (String id : List.of(first, second)) {
        ground.cancel(id, "measured");
        jobs.awaitEnd(id, PATIENCE);
      }
      ground.tidy();
    }
    findings.saw("from its submission to the second's start: %s", Findings.spread(seconds));
    assertThat(seconds).as("seconds").allMatch(s -> s < 5);
  }

  @Test
  @Fault(row = "urgent", injected = "an urgent job behind three waiting ones, one worker")
  void anUrgentJobGoesAheadOfWaitingOnes(Findings findings) {
    // Given
    ground.worker().awaitTaking();
    ground.submit(endless("running"));
    awaitTraining("running", 1);
    for (int i = 1; i <= 3; i++) {
      ground.submit(ground.job("waiting-" + i));
    }

    // When
    ground.submit(ground.job("urgent").setPriority(Priority.PRIORITY_URGENT));
    ground.cancel("running", "make room");

    // Then
    Instant urgent = JobObserver.at(jobs.awaitAttempt("urgent", 1, PATIENCE));
    List<Instant> others = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      others.add(JobObserver.at(jobs.awaitAttempt("waiting-" + i, 1, PATIENCE)));
      assertThat(jobs.awaitEnd("waiting-" + i, PATIENCE)).matches(TrainingEvent::hasSucceeded);
    }
    assertThat(urgent).isBeforeOrEqualTo(others.get(0));
    assertThat(others).isSorted();
    findings.saw("it ran before all three, which kept their order");
  }

  @Test
  @Fault(row = "cancel waiting", injected = "cancel of a waiting job, all workers busy")
  void aWaitingJobIsCancelledAtOnce(Findings findings) {
    // Given
    ground.worker().awaitTaking();
    ground.submit(endless("occupying"));
    awaitTraining("occupying", 1);
    ground.submit(ground.job("unwanted"));

    // When
    Instant asked = Instant.now();
    JobState state = ground.cancel("unwanted", "changed my mind").getState();
    double seconds = Findings.seconds(asked, Instant.now());

    // Then
    assertThat(state).isEqualTo(JobState.JOB_STATE_CANCELLED);
    ground.cancel("occupying", "make room");
    ground.submit(ground.job("next"));
    assertThat(jobs.awaitEnd("next", PATIENCE)).matches(TrainingEvent::hasSucceeded);
    assertThat(jobs.attempts("unwanted")).isEmpty();
    findings.saw("cancelled after %.2f s, no worker touched it", seconds);
  }

  @Test
  @Fault(
      row = "lost jobs",
      injected = "the group's start is moved past a waiting job, as when Kafka drops a record")
  void aJobThatTheQueueDroppedIsSentAgain(Findings findings) throws Exception {
    // Given a group of its own: killed workers of other tests are members of theirs for a while
    String group = "facealign.trainers-of-a-lost-job";
    Map<String, String> settings =
        Map.of("facealign.trainer.lost-jobs-every", "2s", "facealign.trainer.group", group);
    WorkerProcess before = ground.worker(settings).awaitTaking();
    ground.submit(ground.job("before"));
    assertThat(jobs.awaitEnd("before", PATIENCE)).matches(TrainingEvent::hasSucceeded);
    rest();
    before.terminate();
    assertThat(before.awaitExit(Duration.ofSeconds(30))).isZero();
    ground.submit(ground.job("dropped"));

    // When
    TopicPartition partition = new TopicPartition(Topics.TRAINING_JOBS, 0);
    try (Admin admin = ground.admin()) {
      long end =
          admin
              .listOffsets(Map.of(partition, org.apache.kafka.clients.admin.OffsetSpec.latest()))
              .partitionResult(partition)
              .get(30, TimeUnit.SECONDS)
              .offset();
      admin.alterShareGroupOffsets(group, Map.of(partition, end)).all().get(30, TimeUnit.SECONDS);
    }
    Instant begins = Instant.now();
    ground.worker(settings);

    // Then
    TrainingEvent started = jobs.awaitAttempt("dropped", 1, PATIENCE);
    assertThat(jobs.awaitEnd("dropped", PATIENCE)).matches(TrainingEvent::hasSucceeded);
    assertThat(jobs.events("dropped", e -> e.hasReleased() && e.getReleased().hasMovedTo()))
        .hasSize(1);
    findings.saw(
        "sent again and begun %.1f s after a worker was started (it looks every 2 s here); one"
            + " result",
        Findings.seconds(begins, JobObserver.at(started)));
  }
}
