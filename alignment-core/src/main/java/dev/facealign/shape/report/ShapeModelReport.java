package dev.facealign.shape.report;

import dev.facealign.fault.FaultException;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.shape.ShapeModel;
import java.util.ArrayList;
import java.util.List;

/** What a shape model says, in numbers. All lengths are in label units: 1 is the crop's side. */
public final class ShapeModelReport {
  /**
   * Modes are shown at so many standard deviations to either side, as far as clipping lets them.
   */
  public static final double DEVIATIONS = 3;

  /** Shares of the variance that the field keeps. */
  private static final List<Double> SHARES = List.of(0.80, 0.85, 0.90, 0.95, 0.97);

  private final ShapeModel model;
  private final List<Mode> modes;
  private final List<Spread> spreads;
  private final List<Mark> marks;

  /**
   * One direction in which faces differ.
   *
   * @param number from 1
   * @param eigenvalue the variance along it
   * @param share of the whole variance
   * @param cumulativeShare of the variance, with those before it
   * @param pointMovement how far it moves a point, at one standard deviation: root mean square over
   *     the points
   */
  public record Mode(
      int number, double eigenvalue, double share, double cumulativeShare, double pointMovement) {
    /** Standard deviation along the eigenvector. */
    public double deviation() {
      return Math.sqrt(eigenvalue);
    }
  }

  /**
   * How one point strays about its mean, over all directions: the axes of its ellipse of one
   * standard deviation.
   *
   * @param point from 0
   * @param deviationX standard deviation
   * @param deviationY standard deviation
   * @param major longer half axis
   * @param minor shorter half axis
   * @param angle of the longer one, radians from the x axis towards the y axis, in (-pi/2, pi/2]
   */
  public record Spread(
      int point, double deviationX, double deviationY, double major, double minor, double angle) {}

  /**
   * How many components explain a share of the variance.
   *
   * @param share in (0, 1]
   * @param components as many eigenvectors
   */
  public record Mark(double share, int components) {}

  public ShapeModelReport(ShapeModel model) {
    this.model = model;
    this.modes = modes(model);
    this.spreads = spreads(model);
    this.marks =
        SHARES.stream()
            .map(
                share ->
                    new Mark(share, model.components(new ComponentPolicy.VarianceShare(share))))
            .toList();
  }

  /** The model. */
  public ShapeModel model() {
    return model;
  }

  /** All modes, by descending variance. */
  public List<Mode> modes() {
    return modes;
  }

  /** All points. */
  public List<Spread> spreads() {
    return spreads;
  }

  /** For 80, 85, 90, 95 and 97 % of the variance. */
  public List<Mark> marks() {
    return marks;
  }

  /** Variance of all coordinates together. */
  public double totalVariance() {
    return modes.stream().mapToDouble(Mode::eigenvalue).sum();
  }

  /**
   * The mean face moved along one mode, 2M numbers.
   *
   * @param number of the mode, from 1
   * @param deviations how far, standard deviations
   */
  public double[] along(int number, double deviations) {
    if (number < 1 || number > modes.size()) {
      throw FaultException.invalid("mode", number, "1 to " + modes.size());
    }
    double[] face = model.mean();
    double[] vector = model.eigenvectors()[number - 1];
    double by = deviations * modes.get(number - 1).deviation();
    for (int i = 0; i < face.length; i++) {
      face[i] += by * vector[i];
    }
    return face;
  }

  private static List<Mode> modes(ShapeModel model) {
    double[] values = model.eigenvalues();
    double[] cumulative = model.cumulativeVarianceShares();
    List<Mode> modes = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      modes.add(
          new Mode(
              i + 1,
              values[i],
              i == 0 ? cumulative[0] : cumulative[i] - cumulative[i - 1],
              cumulative[i],
              Math.sqrt(values[i] / model.landmarkCount())));
    }
    return List.copyOf(modes);
  }

  private static List<Spread> spreads(ShapeModel model) {
    double[] values = model.eigenvalues();
    double[][] vectors = model.eigenvectors();
    List<Spread> spreads = new ArrayList<>();
    for (int m = 0; m < model.landmarkCount(); m++) {
      double xx = 0;
      double xy = 0;
      double yy = 0;
      for (int i = 0; i < values.length; i++) {
        double x = vectors[i][2 * m];
        double y = vectors[i][2 * m + 1];
        xx += values[i] * x * x;
        xy += values[i] * x * y;
        yy += values[i] * y * y;
      }
      // Eigenvalues of the point's 2 x 2 covariance.
      double middle = (xx + yy) / 2;
      double apart = Math.hypot((xx - yy) / 2, xy);
      spreads.add(
          new Spread(
              m,
              Math.sqrt(xx),
              Math.sqrt(yy),
              Math.sqrt(middle + apart),
              Math.sqrt(Math.max(0, middle - apart)),
              Math.atan2(2 * xy, xx - yy) / 2));
    }
    return List.copyOf(spreads);
  }
}
