package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.platform.contract.StoredManifest;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.run.StartModel;
import dev.facealign.v1.ModelManifest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;

/** Models of an artifact store, as runs begin with them. */
@Singleton
public final class StartModels {
  private final ArtifactStore store;

  public StartModels(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Reads a model's weights.
   *
   * @param versionOrPrefix 8 to 64 hexadecimal digits
   * @throws FaultException INVALID_ARGUMENT: of another form, or the prefix fits several;
   *     NOT_FOUND; FAILED_PRECONDITION, reason MODEL_WITHOUT_WEIGHTS: made before models had them;
   *     DATA_LOSS: its bytes are not what they were
   */
  public StartModel read(String versionOrPrefix) {
    String version =
        VersionPrefix.resolve("start model", versionOrPrefix, store.keys(ArtifactKind.MODEL, ""));
    StoredArtifact artifact = store.open(ArtifactKind.MODEL, version);
    ModelManifest manifest = StoredManifest.of(artifact);
    if (artifact.files().stream().noneMatch(file -> file.name().equals(StartModel.FILE))) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "MODEL_WITHOUT_WEIGHTS",
          "start_model: "
              + version
              + " has no "
              + StartModel.FILE
              + " (expected: a model that was trained or imported since models have one)");
    }
    try {
      return StartModel.decode(
          version,
          TrainingJobContract.network(manifest.getNetwork(), manifest.getNetworkValue()),
          SchemeContract.scheme(manifest.getLandmarkScheme(), manifest.getScheme()),
          Files.readAllBytes(artifact.file(StartModel.FILE)));
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "STORE_UNAVAILABLE",
          "artifact store: cannot read model " + version + ": " + e,
          e);
    }
  }
}
