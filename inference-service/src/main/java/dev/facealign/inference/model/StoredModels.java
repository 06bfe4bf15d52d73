package dev.facealign.inference.model;

import com.google.protobuf.util.Timestamps;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.platform.artifact.StoredFile;
import dev.facealign.platform.contract.StoredManifest;
import dev.facealign.v1.ModelManifest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The models that lie in an artifact store, announced or not. */
public final class StoredModels {
  private final ArtifactStore store;

  /** Of a store. */
  public StoredModels(ArtifactStore store) {
    this.store = store;
  }

  /**
   * What they are, as their artifacts say; every file is verified.
   *
   * @throws FaultException DATA_LOSS: one is damaged; UNAVAILABLE: the store cannot be read
   */
  public List<ModelManifest> manifests() {
    return store.keys(ArtifactKind.MODEL, "").stream()
        .map(version -> StoredManifest.of(store.open(ArtifactKind.MODEL, version)))
        .toList();
  }

  /** The one that was made last. */
  public static Optional<ModelManifest> newest(List<ModelManifest> models) {
    return models.stream()
        .max(Comparator.comparing(ModelManifest::getCreatedAt, Timestamps.comparator()));
  }

  /** Publishes one of them in another store; where that has it, nothing changes. */
  public void copy(ModelManifest model, ArtifactStore to) {
    StoredArtifact artifact = store.open(ArtifactKind.MODEL, model.getVersion());
    Map<String, ArtifactSource> files =
        artifact.files().stream()
            .map(StoredFile::name)
            .collect(
                Collectors.toMap(
                    Function.identity(), name -> ArtifactSource.file(artifact.file(name))));
    to.publish(ArtifactKind.MODEL, model.getVersion(), files);
  }
}
