package dev.facealign.pose;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Finds how the mean head must be turned for its points to fall onto a face's landmarks, seen by a
 * camera that is far away.
 *
 * <p>Turning the picture by an angle adds that angle to roll and changes nothing else; mirroring it
 * changes the signs of yaw and roll.
 *
 * <p>Only points inside the face are used. Those of the jaw are drawn where the face's outline is
 * seen, which is another part of the head for each pose.
 */
public final class HeadPoseEstimator {
  /** The field at fault where faces of a scheme have no pose. */
  public static final String FIELD = "options.head_pose";

  private static final String SCHEME = "68";

  private final HeadFit fit = new HeadFit(MeanHead.points());

  /**
   * Checks that faces of a scheme have poses.
   *
   * @throws FaultException INVALID_ARGUMENT, field {@value #FIELD}, for any but "68"
   */
  public void requireScheme(LandmarkScheme scheme) {
    if (!scheme.id().equals(SCHEME)) {
      throw FaultException.invalid(
          FIELD,
          true,
          "absent or false with a model of scheme " + scheme.id() + "; only 68 has a head pose");
    }
  }

  /**
   * The pose of a head.
   *
   * @param landmarks the 68 points of its face, finite
   * @return empty for points that no head has, such as all on one line
   */
  public Optional<HeadPose> estimate(Landmarks landmarks) {
    return fit.of(MeanHead.inside(landmarks)).map(HeadFit.Fit::angles);
  }

  /**
   * How far a face's points are from those of the mean head, turned to fit: the root of their mean
   * squared distance over the diagonal of the face's box.
   *
   * @param landmarks the scheme's points, finite
   * @return empty for any scheme but "68"; infinite for points that no head has
   */
  public OptionalDouble misfit(LandmarkScheme scheme, Landmarks landmarks) {
    if (!scheme.id().equals(SCHEME)) {
      return OptionalDouble.empty();
    }
    double[][] points = MeanHead.inside(landmarks);
    return OptionalDouble.of(
        fit.of(points)
            .map(found -> fit.distance(found, points) / landmarks.boundingBox().diagonal())
            .orElse(Double.POSITIVE_INFINITY));
  }
}
