package dev.facealign.cli.shape;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.shape.ProcrustesMean;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeNormalisation;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shape model as pca-service answers it.
 *
 * @param message the answer
 * @param model its numbers
 */
record ReceivedShapeModel(dev.facealign.v1.ShapeModel message, ShapeModel model) {

  static ReceivedShapeModel of(dev.facealign.v1.ShapeModel message) {
    int length = message.getMeanCount();
    double[] flat = numbers(message.getEigenvectorsList());
    double[][] vectors = new double[message.getEigenvaluesCount()][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = Arrays.copyOfRange(flat, i * length, (i + 1) * length);
    }
    return new ReceivedShapeModel(
        message,
        new ShapeModel(
            scheme(message),
            new ShapeNormalisation(
                new FaceCropping(
                    message.getCropPolicy() == dev.facealign.v1.CropPolicy.CROP_POLICY_STRETCH_V1
                        ? CropPolicy.STRETCH_V1
                        : CropPolicy.SQUARE_V1,
                    boxes(message)),
                procrustesMean(message)),
            numbers(message.getMeanList()),
            numbers(message.getEigenvaluesList()),
            vectors));
  }

  private static BoxSource boxes(dev.facealign.v1.ShapeModel message) {
    return switch (message.getBoxSource()) {
      case BOX_SOURCE_GIVEN -> BoxSource.GIVEN;
      case BOX_SOURCE_JITTERED ->
          new BoxSource.Jittered(
              message.getBoxJitter().getShiftShare(),
              message.getBoxJitter().getScaleShare(),
              message.getBoxJitter().getSeed());
      default -> BoxSource.GROUND_TRUTH;
    };
  }

  private static @Nullable ProcrustesMean procrustesMean(dev.facealign.v1.ShapeModel message) {
    return message.getProcrustesMeanCount() == 0
        ? null
        : new ProcrustesMean(numbers(message.getProcrustesMeanList()));
  }

  /** The points and how they are joined; what only errors are measured by is left out. */
  private static LandmarkScheme scheme(dev.facealign.v1.ShapeModel message) {
    if (!message.hasLandmarkScheme()) {
      return LandmarkScheme.byId(message.getScheme());
    }
    return new LandmarkScheme(
        message.getScheme(),
        ints(message.getLandmarkScheme().getMirrorList()),
        null,
        null,
        message.getLandmarkScheme().getRegionsList().stream()
            .map(
                region ->
                    new FaceRegion(
                        region.getName(), ints(region.getPointsList()), region.getClosed()))
            .toList());
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double[] numbers(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
