package dev.facealign.evaluation.scoring;

import dev.facealign.metric.Calibration;
import dev.facealign.metric.ErrorRejection;
import dev.facealign.metric.RankCorrelation;
import dev.facealign.v1.CalibrationBin;
import dev.facealign.v1.CertaintyFigures;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How well a model knows its own errors, over the valid faces all of whose points it told an
 * expected error for. Errors are shares of the boxes' diagonals, but for the kept faces' NME.
 *
 * @param calibration of the points
 * @param pointRankCorrelation of the points' expected errors with their errors
 * @param faceRankCorrelation of the faces' means
 * @param rejection of faces, as many as all of this is over, by their mean expected error
 */
public record Certainty(
    Calibration calibration,
    double pointRankCorrelation,
    double faceRankCorrelation,
    ErrorRejection rejection) {

  private static final int BINS = 10;
  private static final int REJECTED_STEP_PERCENT = 5;

  /** Of more, those of every second face are taken, or every third, ...: they are to be sorted. */
  private static final long MOST_POINTS = 500_000;

  /** Collects faces, one by one. */
  public static final class Builder {
    private final int every;
    private final DoubleStream.Builder expected = DoubleStream.builder();
    private final DoubleStream.Builder observed = DoubleStream.builder();
    private final DoubleStream.Builder expectedOfFaces = DoubleStream.builder();
    private final DoubleStream.Builder observedOfFaces = DoubleStream.builder();
    private final DoubleStream.Builder nme = DoubleStream.builder();
    private int told;

    /**
     * For a dataset.
     *
     * @param faces it has
     * @param points of each
     */
    public Builder(int faces, int points) {
      this.every = (int) Math.max(1, ((long) faces * points + MOST_POINTS - 1) / MOST_POINTS);
    }

    /** Adds the next face; one without expected errors changes nothing. */
    public void add(FaceOutcome outcome) {
      if (outcome instanceof FaceOutcome.Valid valid && valid.pointErrors().isPresent()) {
        PointErrors points = valid.pointErrors().get();
        if (told % every == 0) {
          points.expected().forEach(expected);
          points.observed().forEach(observed);
        }
        expectedOfFaces.add(points.expected().average().orElseThrow());
        observedOfFaces.add(points.observed().average().orElseThrow());
        nme.add(valid.error());
        told++;
      }
    }

    /** Empty where the model told nothing. */
    public Optional<Certainty> build() {
      if (told == 0) {
        return Optional.empty();
      }
      double[] ofPoints = expected.build().toArray();
      double[] errors = observed.build().toArray();
      double[] ofFaces = expectedOfFaces.build().toArray();
      return Optional.of(
          new Certainty(
              Calibration.of(ofPoints, errors, BINS),
              RankCorrelation.spearman(ofPoints, errors),
              RankCorrelation.spearman(ofFaces, observedOfFaces.build().toArray()),
              ErrorRejection.of(ofFaces, nme.build().toArray())));
    }
  }

  /** As the report has it. */
  public CertaintyFigures toFigures() {
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
