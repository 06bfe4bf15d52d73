package dev.facealign.inference.probe;

import dev.facealign.image.RgbImage;
import dev.facealign.inference.face.DetectorSettings;
import dev.facealign.inference.face.HaarFaceDetector;
import org.bytedeco.opencv.global.opencv_core;

/** Looks for faces in an empty picture, and says which OpenCV did so. */
final class OpenCvProbe {
  private OpenCvProbe() {}

  public static void main(String[] arguments) {
    new HaarFaceDetector(new DetectorSettings(480, 0.0625, true))
        .detect(RgbImage.of(64, 64, new byte[3 * 64 * 64]));
    // The native string ends with a zero.
    System.out.println("OpenCV " + opencv_core.getVersionString().getString().trim());
  }
}
