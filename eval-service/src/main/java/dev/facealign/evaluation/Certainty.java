package dev.facealign.evaluation;

import dev.facealign.metric.Calibration;
import dev.facealign.metric.ErrorRejection;
import dev.facealign.metric.RankCorrelation;
import dev.facealign.v1.CalibrationBin;
import dev.facealign.v1.CertaintyFigures;
import java.util.List;
import java.util.Optional;

/**
 * How well a model knows its own errors, over the valid faces all of whose points it told an
 * expected error for. Errors are shares of the boxes' diagonals, but for the kept faces' NME.
 *
 * @param calibration of the points
 * @param pointRankCorrelation of the points' expected errors with their errors
 * @param faceRankCorrelation of the faces' means
 * @param rejection of faces, as many as all of this is over, by their mean expected error
 */
record Certainty(
    Calibration calibration,
    double pointRankCorrelation,
    double faceRankCorrelation,
    ErrorRejection rejection) {

  private static final int BINS = 10;
  private static final int REJECTED_STEP_PERCENT = 5;

  /** Empty where the model told nothing. */
  static Optional<Certainty> of(List<FaceOutcome> outcomes) {
    List<FaceOutcome.Valid> told =
        outcomes.stream()
            .filter(FaceOutcome.Valid.class::isInstance)
            .map(FaceOutcome.Valid.class::cast)
            .filter(face -> face.pointErrors().isPresent())
            .toList();
    if (told.isEmpty()) {
      return Optional.empty();
    }
    List<PointErrors> faces = told.stream().flatMap(face -> face.pointErrors().stream()).toList();
    double[] expected = faces.stream().flatMapToDouble(PointErrors::expected).toArray();
    double[] observed = faces.stream().flatMapToDouble(PointErrors::observed).toArray();
    double[] expectedOfFaces =
        faces.stream().mapToDouble(face -> face.expected().average().orElseThrow()).toArray();
    double[] observedOfFaces =
        faces.stream().mapToDouble(face -> face.observed().average().orElseThrow()).toArray();
    double[] nme = told.stream().mapToDouble(FaceOutcome.Valid::error).toArray();
    return Optional.of(
        new Certainty(
            Calibration.of(expected, observed, BINS),
            RankCorrelation.spearman(expected, observed),
            RankCorrelation.spearman(expectedOfFaces, observedOfFaces),
            ErrorRejection.of(expectedOfFaces, nme)));
  }

  /** As the report has it. */
  CertaintyFigures toFigures() {
    CertaintyFigures.Builder figures =
        CertaintyFigures.newBuilder()
            .setCalibrationError(calibration.error())
            .setMeanExpectedError(calibration.meanExpected())
            .setMeanError(calibration.meanObserved())
            .setPointRankCorrelation(pointRankCorrelation)
            .setFaceRankCorrelation(faceRankCorrelation)
            .setFaces(rejection.faces());
    for (Calibration.Bin bin : calibration.bins()) {
      figures.addBins(
          CalibrationBin.newBuilder()
              .setPoints(bin.points())
              .setExpectedError(bin.expected())
              .setObservedError(bin.observed()));
    }
    dev.facealign.v1.ErrorRejection.Builder curve = figures.getRejectionBuilder();
    for (int percent = 0; percent < 100; percent += REJECTED_STEP_PERCENT) {
      int rejected = (int) ((long) percent * rejection.faces() / 100);
      curve.addNmeOfKept(rejection.nmeOfKept(rejected)).addLimit(rejection.limit(rejected));
    }
    curve
        .setArea(rejection.area())
        .setAreaOfOracle(rejection.areaOfOracle())
        .setAreaOfChance(rejection.areaOfChance());
    return figures.build();
  }
}
