package dev.facealign.augment;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.render.RenderedDataset;
import java.nio.file.Path;

/** Drawn faces as a dataset on disk. */
final class RenderedFaces {

  private RenderedFaces() {}

  /** Writes so many faces into a new dataset "faces" of a folder and opens its training split. */
  static FaceDataset in(Path root, int faces) {
    RenderedDataset.write(root.resolve("faces"), faces, 0, 96, 5);
    return new DatasetCatalog(root).open("faces", "train", "68");
  }
}
