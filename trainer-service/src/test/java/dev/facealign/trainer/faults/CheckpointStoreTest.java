package dev.facealign.trainer.faults;

import static dev.facealign.trainer.faults.TrainingGround.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Checkpoints on a disk that is full, cannot be written, or is slow. */
@FaultSuite
class CheckpointStoreTest {
  /** Old checkpoints and half-written ones that are deleted make room, which is taken at once. */
  private static void awaitInAFullDisk(
      TrainingGround ground, SmallDisk disk, String jobId, Predicate<TrainingEvent> wanted) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              disk.fill();
              return !ground.observer().events(jobId, wanted).isEmpty();
            });
  }

  private static TrainingEvent awaitFailedCheckpoint(TrainingGround ground, String jobId) {
    return ground.observer().await(jobId, PATIENCE, TrainingEvent::hasCheckpointFailed);
  }

  private static CheckpointWritten newest(TrainingGround ground, String jobId) {
    List<TrainingEvent> kept = ground.observer().events(jobId, TrainingEvent::hasCheckpoint);
    return kept.get(kept.size() - 1).getCheckpoint();
  }

  /** What the store shows is whole: every checkpoint it lists can be opened and has its hash. */
  private static void assertEveryCheckpointIsWhole(TrainingGround ground, String jobId) {
    String newest = newest(ground, jobId).getArtifact();
    List<String> keys = ground.store().keys(ArtifactKind.CHECKPOINT, jobId + "/");
    assertThat(keys).contains(newest);
    for (String key : keys) {
      assertThat(ground.store().open(ArtifactKind.CHECKPOINT, key).files()).isNotEmpty();
    }
  }

  @Test
  @Fault(
      row = "19",
      injected = "disk full in a checkpoint, then the worker killed, then room again")
  void aFullDiskCostsACheckpointAndNothingElse(Findings findings) {
    // Given
    try (SmallDisk disk =
            SmallDisk.mount(Path.of("target/faults/small-disk").toAbsolutePath(), 220);
        TrainingGround ground =
            TrainingGround.open("full-disk", disk.folder().resolve("artifacts"))) {
      JobObserver jobs = ground.observer();
      WorkerProcess first = ground.worker();
      ground.submit(ground.job("full").setEpochs(60));
      jobs.await("full", PATIENCE, TrainingEvent::hasCheckpoint);

      // When
      awaitInAFullDisk(ground, disk, "full", TrainingEvent::hasCheckpointFailed);
      TrainingEvent failed = awaitFailedCheckpoint(ground, "full");

      // Then the one before stands, and training goes on
      assertThat(failed.getCheckpointFailed().getReason()).containsIgnoringCase("no space left");
      assertEveryCheckpointIsWhole(ground, "full");
      int epochs = jobs.events("full", TrainingEvent::hasEpoch).size();
      awaitInAFullDisk(
          ground, disk, "full", e -> e.hasEpoch() && e.getEpoch().getEpoch() > epochs + 2);

      // When the worker is killed while there is no room
      first.kill();
      CheckpointWritten before = newest(ground, "full");
      ground.worker();
      TrainingEvent began =
          jobs.await("full", PATIENCE, e -> e.hasTrainingBegan() && e.getAttempt() == 2);
      assertThat(
              List.of(
                  began.getTrainingBegan().getResumedEpoch(),
                  began.getTrainingBegan().getResumedStep()))
          .isEqualTo(List.of(before.getEpoch(), before.getStep()));
      awaitInAFullDisk(
          ground,
          disk,
          "full",
          e -> e.hasWaiting() && e.getWaiting().getReason().contains("publish"));
      Instant room = Instant.now();
      disk.empty();

      // Then
      TrainingEvent end = jobs.awaitEnd("full", PATIENCE);
      assertThat(end).matches(TrainingEvent::hasSucceeded);
      assertThat(jobs.models("full")).hasSize(1);
      findings.saw(
          "%d checkpoints failed (no space left), the one before stood whole and was gone on from"
              + " after a SIGKILL; the finished model waited and was published %.1f s after there"
              + " was room",
          jobs.events("full", TrainingEvent::hasCheckpointFailed).size(),
          Findings.seconds(room, JobObserver.at(end)));
    }
  }

  @Test
  @Fault(row = "19", injected = "the store's work folder cannot be written, then can be again")
  void aStoreThatCannotBeWrittenIsWaitedFor(Findings findings) throws IOException {
    // Given; a file in a folder's place stops root too, which a mode does not
    try (TrainingGround ground = TrainingGround.open("unwritable")) {
      JobObserver jobs = ground.observer();
      ground.worker();
      ground.submit(ground.job("unwritable").setEpochs(30));
      jobs.await("unwritable", PATIENCE, TrainingEvent::hasCheckpoint);
      Path work = ground.storeFolder().resolve(".tmp");

      // When
      Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> replacedByFile(work));
      awaitFailedCheckpoint(ground, "unwritable");
      assertEveryCheckpointIsWhole(ground, "unwritable");
      jobs.await("unwritable", PATIENCE, TrainingEvent::hasWaiting);
      Instant mended = Instant.now();
      Files.delete(work);

      // Then
      TrainingEvent end = jobs.awaitEnd("unwritable", PATIENCE);
      assertThat(end).matches(TrainingEvent::hasSucceeded);
      assertThat(jobs.attempts("unwritable")).hasSize(1);
      findings.saw(
          "%d checkpoints failed, training went on to its end; published %.1f s after the store was"
              + " mended; 1 attempt",
          jobs.events("unwritable", TrainingEvent::hasCheckpointFailed).size(),
          Findings.seconds(mended, JobObserver.at(end)));
    }
  }

  /** Puts a file where a folder was that is in use: tried again until nobody writes in it. */
  private static boolean replacedByFile(Path folder) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      if (inside.findAny().isPresent()) {
        return false;
      }
    }
    Files.delete(folder);
    Files.createFile(folder);
    return true;
  }

  @Test
  @Fault(row = "19", injected = "a store that takes 20 s for each write, lock 15 s, an idle worker")
  void aSlowStoreCostsNobodyTheJob(Findings findings) {
    // Given
    try (TrainingGround ground = TrainingGround.open("slow-store")) {
      JobObserver jobs = ground.observer();
      Map<String, String> slow = Map.of("faults.store-delay", "20s");
      ground.worker(slow).awaitTaking();
      ground.worker(slow).awaitTaking();

      // When
      Instant begins = Instant.now();
      ground.submit(ground.job("slow").setEpochs(6).setCheckpointEverySeconds(3));

      // Then
      TrainingEvent end = jobs.awaitEnd("slow", PATIENCE);
      assertThat(end).matches(TrainingEvent::hasSucceeded);
      int written = jobs.events("slow", TrainingEvent::hasCheckpoint).size();
      assertThat(written).isPositive();
      assertThat(jobs.events("slow", TrainingEvent::hasStarted)).hasSize(1);
      findings.saw(
          "%d checkpoints of 20 s and more in %.0f s, 1 attempt",
          written, Findings.seconds(begins, JobObserver.at(end)));
    }
  }
}
