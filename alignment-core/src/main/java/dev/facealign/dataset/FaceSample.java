package dev.facealign.dataset;

import dev.facealign.landmark.Landmarks;

/** One annotated face of a dataset. */
public interface FaceSample {
  /** Names the face within its dataset, such as "lfpw/testset/image_0001". */
  String id();

  /** The same for all faces of one picture; a picture must be on one side of every split. */
  String pictureId();

  /** The true points. */
  Landmarks landmarks();

  /** Whether the picture is there. */
  boolean hasPicture();

  /**
   * The picture as it is stored: JPEG or PNG.
   *
   * @throws dev.facealign.fault.FaultException NOT_FOUND without a picture, DATA_LOSS where it
   *     cannot be read; both name the face
   */
  byte[] readEncodedPicture();
}
