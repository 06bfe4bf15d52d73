package dev.facealign.inference.probe;

import dev.facealign.inference.batch.BatchSettings;
import dev.facealign.inference.model.ModelLoader;
import dev.facealign.inference.model.StoredModels;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.inference.network.Precision;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.v1.ModelManifest;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Verifies the models of a folder that is laid out as an artifact store, runs the newest in every
 * precision, and says which it is.
 */
final class ModelProbe {
  private static final BatchSettings BATCHES =
      new BatchSettings(1, Duration.ZERO, Duration.ofMillis(20), 1, 1);

  private ModelProbe() {}

  public static void main(String[] arguments) {
    ArtifactStore store = new LocalArtifactStore(Path.of(arguments[0]));
    ModelManifest model =
        StoredModels.newest(new StoredModels(store).manifests())
            .orElseThrow(() -> new IllegalStateException("no model in " + arguments[0]));
    for (Precision precision : Precision.values()) {
      NetworkSettings settings = new NetworkSettings(1, false, precision);
      // Loading runs it once.
      new ModelLoader(store, settings, BATCHES).load(model).network().close();
    }
    System.out.println(
        "%s, version %.12s, %d points, runs"
            .formatted(model.getName(), model.getVersion(), model.getLandmarkCount()));
  }
}
