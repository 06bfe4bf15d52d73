package dev.facealign.dataset.table;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.PictureFile;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.nio.file.Files;
import java.util.BitSet;
import java.util.Optional;

/**
 * A row of a table.
 *
 * @param picture as {@link PicturePaths} spells it
 * @param annotation "mine/train.csv:17"
 */
record TableFace(
    String id, String picture, String split, String annotation, TableRow row, PicturePaths paths)
    implements FaceSample {
  @Override
  public String pictureId() {
    return picture;
  }

  @Override
  public Landmarks landmarks() {
    return row.landmarks();
  }

  @Override
  public Optional<Box> box() {
    return Optional.ofNullable(row.box());
  }

  @Override
  public Optional<BitSet> occluded() {
    return Optional.ofNullable(row.occluded()).map(flags -> (BitSet) flags.clone());
  }

  @Override
  public Optional<String> namedPicture() {
    return Optional.of(picture);
  }

  @Override
  public boolean hasPicture() {
    return Files.isRegularFile(paths.resolve(picture, annotation));
  }

  @Override
  public byte[] readEncodedPicture() {
    // The link may be younger than the annotation's reading.
    return PictureFile.read(paths.resolve(picture, annotation), id);
  }
}
