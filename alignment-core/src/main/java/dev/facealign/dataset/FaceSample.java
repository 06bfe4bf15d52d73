package dev.facealign.dataset;

import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.Landmarks;
import java.util.BitSet;
import java.util.Optional;

/**
 * One annotated face of a dataset. Its picture is read each time it is asked for. Thread-safe.
 *
 * <p>Coordinates are pixels, the centre of the picture's first pixel at (0, 0).
 */
public interface FaceSample {
  /**
   * Names the face within its dataset, such as "lfpw/testset/image_0001"; without control
   * characters.
   */
  String id();

  /** The same for all faces of one picture; a picture must be on one side of every split. */
  String pictureId();

  /**
   * The smallest split it belongs to: "train", or its folder such as "lfpw/testset". What stands
   * before the identifier's last "/", unless the layout says otherwise.
   */
  default String split() {
    return id().substring(0, Math.max(0, id().lastIndexOf('/')));
  }

  /**
   * Where the annotation stands, for messages: "300w/afw/100_1.pts", "COFW_train_color.mat: phisTr
   * row 12", "mine/train.csv:17".
   */
  default String annotation() {
    return id();
  }

  /** The true points; all finite. */
  Landmarks landmarks();

  /** The annotated box of the face; empty where the format has none. */
  default Optional<Box> box() {
    return Optional.empty();
  }

  /**
   * The points annotated as hidden: bit m is point m's. Empty where the format has no flags; no bit
   * set where it has and all points are visible.
   */
  default Optional<BitSet> occluded() {
    return Optional.empty();
  }

  /**
   * The path by which the annotation names its picture, relative to the dataset's folder; empty
   * where pictures are found by their place.
   */
  default Optional<String> namedPicture() {
    return Optional.empty();
  }

  /** Whether the picture is there. */
  boolean hasPicture();

  /**
   * The picture as JPEG or PNG: as it is stored, or as PNG, which loses nothing, where the format
   * holds bare pixels.
   *
   * @throws dev.facealign.fault.FaultException NOT_FOUND without a picture, DATA_LOSS where it
   *     cannot be read; both name the face
   */
  byte[] readEncodedPicture();

  /**
   * The picture decoded.
   *
   * @throws dev.facealign.fault.FaultException as {@link #readEncodedPicture} and the decoder say
   */
  default RgbImage readPicture(ImageDecoder decoder) {
    return decoder.decode(readEncodedPicture());
  }
}
