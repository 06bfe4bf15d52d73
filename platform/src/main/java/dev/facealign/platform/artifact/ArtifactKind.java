package dev.facealign.platform.artifact;

/** What an artifact is; each kind has a folder of the store. */
public enum ArtifactKind {
  SHAPE_MODEL("shape-models"),
  MODEL("models"),
  CHECKPOINT("checkpoints"),
  EVALUATION("evaluations"),
  /** What a run makes of a few faces, epoch by epoch. */
  SAMPLES("samples");

  private final String folder;

  ArtifactKind(String folder) {
    this.folder = folder;
  }

  /** The kind's folder in the store. */
  public String folder() {
    return folder;
  }
}
