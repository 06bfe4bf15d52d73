package dev.facealign.trainer.run;

import dev.facealign.trainer.loss.CertaintyLoss;
import java.util.stream.DoubleStream;

/**
 * A line from a certainty head's output z to the logarithm of the expected error: offset + slope z.
 *
 * @param offset see above
 * @param slope at least 0
 */
record CertaintyLine(double offset, double slope) {

  private static final double SAME = 1e-12;
  private static final double CONVERGED = 1e-10;
  private static final double RIDGE = 1e-9;
  private static final double ENOUGH_DESCENT = 1e-4;
  private static final int MOST_STEPS = 200;

  double at(double z) {
    return offset + slope * z;
  }

  /**
   * The line of the least mean {@link CertaintyLoss} over points, one or more; level where z is the
   * same for all of them, or where larger z go with smaller errors. Newton's method with a line
   * search: the loss is convex in offset and slope.
   *
   * @param z what the head gave
   * @param logErrors natural logarithms of the errors, finite
   */
  static CertaintyLine fit(double[] z, double[] logErrors) {
    double centre = DoubleStream.of(z).average().orElseThrow();
    double[] centred = DoubleStream.of(z).map(value -> value - centre).toArray();
    boolean level = DoubleStream.of(centred).allMatch(value -> Math.abs(value) < SAME);
    CertaintyLine line = level ? level(logErrors) : descend(centred, logErrors);
    if (line.slope < 0) {
      line = level(logErrors);
    }
    return new CertaintyLine(line.offset - line.slope * centre, line.slope);
  }

  private static CertaintyLine level(double[] logErrors) {
    return new CertaintyLine(descend(new double[logErrors.length], logErrors).offset, 0);
  }

  private static CertaintyLine descend(double[] z, double[] logErrors) {
    CertaintyLine line =
        new CertaintyLine(
            Math.log(DoubleStream.of(logErrors).map(Math::exp).average().orElseThrow()), 0);
    for (int step = 0; step < MOST_STEPS; step++) {
      Slopes slopes = new Slopes(line, z, logErrors);
      double determinant = slopes.offsetTwice * slopes.slopeTwice - slopes.mixed * slopes.mixed;
      double offsetStep =
          -(slopes.slopeTwice * slopes.offset - slopes.mixed * slopes.slope) / determinant;
      double slopeStep =
          -(slopes.offsetTwice * slopes.slope - slopes.mixed * slopes.offset) / determinant;
      double descent = slopes.offset * offsetStep + slopes.slope * slopeStep;
      double length = 1;
      CertaintyLine next = line.moved(offsetStep, slopeStep);
      while (loss(next, z, logErrors) > slopes.loss + ENOUGH_DESCENT * length * descent
          && length > CONVERGED) {
        length /= 2;
        next = line.moved(length * offsetStep, length * slopeStep);
      }
      line = next;
      if (length * Math.hypot(offsetStep, slopeStep) < CONVERGED) {
        break;
      }
    }
    return line;
  }

  private CertaintyLine moved(double offsetStep, double slopeStep) {
    return new CertaintyLine(offset + offsetStep, slope + slopeStep);
  }

  private static double loss(CertaintyLine line, double[] z, double[] logErrors) {
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      double logExpected = line.at(z[i]);
      sum += logExpected + CertaintyLoss.excess(logErrors[i] - logExpected);
    }
    return sum / z.length;
  }

  /** The mean loss of a line, and its first and second derivatives. */
  private static final class Slopes {
    final double loss;
    final double offset;
    final double slope;
    final double offsetTwice;
    final double slopeTwice;
    final double mixed;

    Slopes(CertaintyLine line, double[] z, double[] logErrors) {
      double first = 0;
      double second = 0;
      double offsets = 0;
      double slopes = 0;
      double both = 0;
      for (int i = 0; i < z.length; i++) {
        double ratio = Math.exp(logErrors[i] - line.at(z[i]));
        double slopeHere = 1 - Math.min(ratio, CertaintyLoss.STEEPEST);
        double bend = ratio < CertaintyLoss.STEEPEST ? ratio : 0;
        first += slopeHere;
        second += slopeHere * z[i];
        offsets += bend;
        slopes += bend * z[i] * z[i];
        both += bend * z[i];
      }
      this.loss = loss(line, z, logErrors);
      this.offset = first / z.length;
      this.slope = second / z.length;
      this.offsetTwice = offsets / z.length + RIDGE;
      this.slopeTwice = slopes / z.length + RIDGE;
      this.mixed = both / z.length;
    }
  }
}
