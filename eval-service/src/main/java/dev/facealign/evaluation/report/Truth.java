package dev.facealign.evaluation.report;

import dev.facealign.dataset.FaceSample;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.pose.HeadPose;
import java.util.List;
import java.util.Map;

/** What a dataset adds to a report of its faces. */
sealed interface Truth {

  /**
   * The dataset is at hand, and its faces are those that were measured.
   *
   * @param scheme of the faces
   * @param splits each face's folder, in the report's order
   * @param meanShape x0, y0, x1, y1, ...: the mean of the true shapes, each brought to mean 0 and
   *     size 1 first
   * @param poses of valid faces; not of all of them where there are very many; none where the
   *     scheme has no head poses
   * @param shown the samples of faces that are drawn, by their places in the report
   */
  record Known(
      LandmarkScheme scheme,
      List<String> splits,
      List<Double> meanShape,
      List<PosedFace> poses,
      Map<Integer, FaceSample> shown)
      implements Truth {}

  /**
   * No longer.
   *
   * @param reason in words
   */
  record Missing(String reason) implements Truth {}

  /** A true face's pose and the error of its prediction, a fraction. */
  record PosedFace(HeadPose pose, double nme) {}
}
