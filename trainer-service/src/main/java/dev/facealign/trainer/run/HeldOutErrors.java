package dev.facealign.trainer.run;

/**
 * How far off points were, and how far a certainty head expected them to be; point after point,
 * face after face.
 */
final class HeldOutErrors {

  private final int pointsOfAFace;
  private final double[] logExpected;
  private final double[] observed;

  /**
   * From numbers, which are not copied.
   *
   * @param pointsOfAFace M
   * @param logExpected natural logarithm of the expected error, label units, before calibration
   * @param observed distance from the true point over the crop's side (the geometric mean of its
   *     sides), in pixels of the picture both
   */
  HeldOutErrors(int pointsOfAFace, double[] logExpected, double[] observed) {
    this.pointsOfAFace = pointsOfAFace;
    this.logExpected = logExpected;
    this.observed = observed;
  }

  int pointsOfAFace() {
    return pointsOfAFace;
  }

  double[] logExpected() {
    return logExpected;
  }

  double[] observed() {
    return observed;
  }
}
