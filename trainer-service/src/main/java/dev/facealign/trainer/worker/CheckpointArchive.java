package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.Checkpoint;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints in the artifact store, under {@code <job>/epoch-<e>-step-<s>/attempt-<n>}, so that
 * keys sort by progress and attempts never write to the same place.
 */
final class CheckpointArchive {
  private static final Logger log = LoggerFactory.getLogger(CheckpointArchive.class);

  /** More than one, so that there is a whole one when the newest turns out to be damaged. */
  private static final int KEPT = 2;

  private final ArtifactStore store;
  private final WorkerMetrics metrics;

  CheckpointArchive(ArtifactStore store, WorkerMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  /**
   * A checkpoint in the store.
   *
   * @param artifact its key
   * @param sizeBytes its size
   */
  record Kept(String artifact, long sizeBytes) {}

  /** Keeps a checkpoint and deletes those of this job that it makes superfluous. */
  Kept keep(TrainingSettings settings, int attempt, Checkpoint checkpoint) {
    long begin = System.nanoTime();
    byte[] content = checkpoint.encode();
    String key =
        String.format(
            Locale.ROOT,
            "%s/epoch-%05d-step-%07d/attempt-%d",
            settings.jobId(),
            checkpoint.epoch(),
            checkpoint.step(),
            attempt);
    if (!store.exists(ArtifactKind.CHECKPOINT, key)) {
      store.publish(
          ArtifactKind.CHECKPOINT, key, Map.of(Checkpoint.FILE, ArtifactSource.bytes(content)));
    }
    metrics.checkpoint(Duration.ofNanos(System.nanoTime() - begin), content.length);
    newestFirst(settings.jobId()).stream()
        .skip(KEPT)
        .forEach(old -> store.delete(ArtifactKind.CHECKPOINT, old));
    return new Kept(key, content.length);
  }

  /** The newest checkpoint of a job that is whole; damaged ones are passed over. */
  Optional<Checkpoint> newest(String jobId) {
    for (String key : newestFirst(jobId)) {
      try {
        return Optional.of(Checkpoint.read(store.open(ArtifactKind.CHECKPOINT, key).folder()));
      } catch (FaultException e) {
        if (e.kind() == FaultKind.UNAVAILABLE) {
          throw e;
        }
        log.warn("checkpoint passed over key={} reason={}", key, e.getMessage());
      }
    }
    return Optional.empty();
  }

  void deleteAll(String jobId) {
    newestFirst(jobId).forEach(key -> store.delete(ArtifactKind.CHECKPOINT, key));
  }

  private List<String> newestFirst(String jobId) {
    return store.keys(ArtifactKind.CHECKPOINT, jobId + "/").stream()
        .sorted(Comparator.reverseOrder())
        .toList();
  }
}
