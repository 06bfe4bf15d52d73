package dev.facealign.inference.score;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.pose.HeadPoseEstimator;
import jakarta.inject.Singleton;
import java.util.OptionalDouble;

/**
 * How sure one may be that there is a face with these landmarks, in [0, 1]: the share of right ones
 * among crops with the same evidence, where right ones and wrong ones are as many. Right: a face,
 * with an NME of 10 % at most. Wrong: no face, or a crop that is far off one.
 *
 * <p>Two kinds of evidence. A face that was run twice, cropped by its own points the second time,
 * must come back to the same points: elsewhere a network wanders. With what the model expects its
 * errors to be, for a few networks rest on plain ground too. Where a face was run once there are
 * only those errors and its shape, which tell less.
 *
 * <p>The curves are those of ScoreMeasurement (tests), fitted to faces held out of training. They
 * are the same for every model: errors are compared with those that the model's manifest says are
 * usual on faces.
 */
@Singleton
public final class FaceScore {
  /** A shape that fits better than any face does is no better for it. */
  private static final double BEST_FIT = 1e-3;

  private final HeadPoseEstimator heads;

  public FaceScore(HeadPoseEstimator heads) {
    this.heads = heads;
  }

  /**
   * From two runs: how far the points moved.
   *
   * @param before points, finite
   * @param after the points of a crop by {@code before}, finite, not all on one line
   * @param doubt the points' mean expected error over the usual one, above 0; 1: not told
   */
  public double ofTwoRuns(Landmarks before, Landmarks after, double doubt) {
    double moved = 0;
    for (int m = 0; m < after.count(); m++) {
      moved += Math.hypot(after.x(m) - before.x(m), after.y(m) - before.y(m));
    }
    return ofTwoRuns(moved / after.count() / after.boundingBox().diagonal(), doubt);
  }

  /**
   * The same.
   *
   * @param moved how far the points moved on average, over the diagonal of their box
   */
  static double ofTwoRuns(double moved, double doubt) {
    return logistic(5.88 - 218 * moved - 4.6 * Math.log(doubt));
  }

  /**
   * From one run.
   *
   * @param landmarks the scheme's points, finite, not all on one line
   * @param doubt the points' mean expected error over the usual one, above 0
   */
  public double ofOneRun(LandmarkScheme scheme, Landmarks landmarks, double doubt) {
    OptionalDouble misfit = heads.misfit(scheme, landmarks);
    return misfit.isPresent()
        ? logistic(
            -10.05
                - 10.4 * Math.log(doubt)
                - 2.25 * Math.log(Math.max(BEST_FIT, misfit.getAsDouble())))
        : logistic(1.13 - 12.2 * Math.log(doubt));
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
