package dev.facealign.inference.finding;

import dev.facealign.crop.CropRegion;
import dev.facealign.inference.network.NetworkAnswer;
import java.util.OptionalDouble;

/**
 * How far each point of a face may be off, as far as the model can tell.
 *
 * <p>A number that is none, not finite or not above 0, is no reason to withhold the points: the
 * model cannot tell for that point.
 */
public final class ExpectedErrors {
  private static final ExpectedErrors NONE = new ExpectedErrors(new float[0]);

  // NaN where the model cannot tell; as many as it told of.
  private final float[] pixels;

  private ExpectedErrors(float[] pixels) {
    this.pixels = pixels;
  }

  /** What a network answered for a crop of this region. */
  public static ExpectedErrors of(NetworkAnswer answer, CropRegion region) {
    float[] inLabelUnits = answer.expectedErrors();
    if (inLabelUnits == null) {
      return NONE;
    }
    float[] pixels = new float[inLabelUnits.length];
    for (int m = 0; m < pixels.length; m++) {
      float error = (float) (inLabelUnits[m] * region.unit());
      pixels[m] = error > 0 && Float.isFinite(error) ? error : Float.NaN;
    }
    return new ExpectedErrors(pixels);
  }

  /**
   * The expected distance of a point from the true one.
   *
   * @param point index in the scheme
   * @return pixels of the upright picture, above 0; empty where the model cannot tell
   */
  public OptionalDouble of(int point) {
    return point >= pixels.length || Float.isNaN(pixels[point])
        ? OptionalDouble.empty()
        : OptionalDouble.of(pixels[point]);
  }

  /** Their mean, pixels; empty where the model cannot tell for every point. */
  public OptionalDouble mean() {
    double sum = 0;
    for (float error : pixels) {
      sum += error;
    }
    return pixels.length == 0 || Double.isNaN(sum)
        ? OptionalDouble.empty()
        : OptionalDouble.of(sum / pixels.length);
  }
}
