package dev.facealign.inference.face;

import dev.facealign.geometry.Box;
import dev.facealign.image.RgbImage;
import java.util.List;

/** Finds the faces of a picture. Thread-safe. */
public interface FaceDetector {

  /** Its name, for answers, such as "opencv-haar-frontalface-alt2". */
  String name();

  /**
   * Finds faces.
   *
   * @param image an upright picture
   * @return the boxes their landmarks should have, in image coordinates, largest first; each
   *     touches the picture
   */
  List<Box> detect(RgbImage image);
}
