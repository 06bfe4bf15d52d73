package dev.facealign.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.trainer.fixture.ForwardingStore;
import dev.facealign.trainer.run.EpochFigures;
import dev.facealign.trainer.sample.DrawnSamples;
import dev.facealign.trainer.sample.SampleArchive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleWriterTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private SlowStore store;
  private DrawnSamples drawn;

  /** A real store that takes an artifact when it is allowed to, or refuses it. */
  private static final class SlowStore implements ForwardingStore {
    final Semaphore allowed = new Semaphore(0);
    volatile boolean full;
    private final ArtifactStore real;

    SlowStore(Path folder) {
      real = new LocalArtifactStore(folder);
    }

    @Override
    public StoredArtifact publish(
        ArtifactKind kind, String key, Map<String, ArtifactSource> files) {
      allowed.acquireUninterruptibly();
      if (full) {
        throw FaultException.of(FaultKind.RESOURCE_EXHAUSTED, "STORE_FULL", "no space left");
      }
      return real.publish(kind, key, files);
    }

    @Override
    public ArtifactStore real() {
      return real;
    }
  }

  @BeforeEach
  void draw() {
    store = new SlowStore(folder.resolve("artifacts"));
    drawn = new DrawnSamples(folder.resolve("datasets"), 1, 64);
  }

  private static EpochFigures figures(int epoch) {
    return new EpochFigures(epoch, 10, 1, 0.1, 1, 1, 1, 0, 0.1, 1, 1, 64);
  }

  @Test
  void aStoreThatHangsHoldsNoRunUp() {
    // Given
    try (SampleWriter writer = new SampleWriter(new SampleArchive(store), Duration.ofMillis(20))) {
      SampleWriter.Run run = writer.of("job-1");

      // When it hangs, Then epochs go without
      assertThat(run.keep(figures(1), drawn.epoch(1))).isEmpty();
      assertThat(run.keep(figures(2), drawn.epoch(2))).isEmpty();

      // When it is there again
      store.allowed.release(1000);

      // Then so are samples
      await().atMost(SOON).until(() -> !run.keep(figures(3), drawn.epoch(3)).isEmpty());
      assertThat(store.keys(ArtifactKind.SAMPLES, "job-1/epoch-00002")).isEmpty();
    }
  }

  @Test
  void aFullStoreEndsNoRun() {
    // Given
    store.allowed.release(1000);
    try (SampleWriter writer = new SampleWriter(new SampleArchive(store), SOON)) {
      SampleWriter.Run run = writer.of("job-1");
      store.full = true;

      // Then
      assertThat(run.keep(figures(1), drawn.epoch(1))).isEmpty();

      // When there is room again
      store.full = false;

      // Then the faces are there too
      String key = run.keep(figures(2), drawn.epoch(2));
      SampleArchive archive = new SampleArchive(store);
      assertThat(archive.faces(archive.predictions(key).getFaces()).getFacesCount()).isEqualTo(1);
    }
  }
}
