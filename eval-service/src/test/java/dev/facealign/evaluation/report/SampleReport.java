package dev.facealign.evaluation.report;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Bootstrap;
import dev.facealign.metric.Calibration;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.ErrorRejection;
import dev.facealign.metric.LandmarkErrors;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.metric.RankCorrelation;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.pose.HeadPoseEstimator;
import dev.facealign.render.RenderedDataset;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CalibrationBin;
import dev.facealign.v1.CertaintyFigures;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.Interval;
import dev.facealign.v1.PromotionDecision;
import dev.facealign.v1.RegionError;
import dev.facealign.v1.SubsetMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A report of rendered faces in two folders, with predictions that a model might have made: errors
 * grow along the jaw and with the turn of the head, and the model half knows them.
 */
final class SampleReport {

  private static final LandmarkScheme SCHEME = LandmarkScheme.IBUG_68;
  private static final int PICTURE_PX = 160;

  private final Path datasets;
  private final Random random = new Random(11);
  private final List<Double> expectedShares = new ArrayList<>();
  private final List<Double> observedShares = new ArrayList<>();
  private final List<Double> expectedOfFaces = new ArrayList<>();
  private final List<Double> observedOfFaces = new ArrayList<>();

  SampleReport(Path datasets) {
    this.datasets = datasets;
  }

  DatasetCatalog catalog() {
    return new DatasetCatalog(datasets);
  }

  /** Writes the faces and makes up their report; three of them are invalid. */
  Evaluation write(int facesEach) throws IOException {
    folder("studio", facesEach, 3);
    folder("street", facesEach, 4);
    FaceDataset dataset = catalog().open("drawn", "test", "68");
    List<FaceResult> results = new ArrayList<>();
    for (FaceSample face : dataset.faces()) {
      results.add(result(face, results.size()));
    }
    Evaluation.Builder report =
        Evaluation.newBuilder()
            .setEvaluationId("20260101-120000-0a1b2c3d")
            .setModelVersion("3f9c1a".repeat(10) + "abcd")
            .setModelName("mobilenet-v2-68")
            .setDataset(Contracts.fingerprint(dataset))
            .setBoxSource(BoxSource.BOX_SOURCE_GROUND_TRUTH)
            .setTrainedBoxSource(BoxSource.BOX_SOURCE_GROUND_TRUTH)
            .setScheme("68")
            .setNormaliser(dev.facealign.v1.Normaliser.NORMALISER_INTER_OCULAR)
            .setFacesPerSecond(212.4)
            .setCreatedAt(Contracts.toProto(Instant.parse("2026-01-01T12:00:00Z")))
            .addAllFaces(results)
            .setPromotion(
                PromotionDecision.newBuilder()
                    .setPromoted(true)
                    .setReason("there was no champion; NME 3.10 %"));
    report.addSubsets(subset("test", dataset, results, face -> true));
    for (String folder : List.of("street/testset", "studio/testset")) {
      report.addSubsets(subset(folder, dataset, results, face -> face.split().equals(folder)));
    }
    return report.setCertainty(certainty(results)).build();
  }

  private void folder(String name, int faces, long seed) throws IOException {
    Path written = Files.createTempDirectory(datasets, ".rendering");
    RenderedDataset.write(written, 1, faces, PICTURE_PX, seed);
    Path folder = Files.createDirectories(datasets.resolve("drawn").resolve(name));
    Path unused = Files.move(written.resolve("rendered/testset"), folder.resolve("testset"));
  }

  private FaceResult result(FaceSample face, int place) {
    FaceResult.Builder result = FaceResult.newBuilder().setFaceId(face.id());
    if (place % 41 == 7) {
      return result.setInvalidReason("IMAGE_UNREADABLE: <cut> & \"damaged\"").build();
    }
    Landmarks truth = face.landmarks();
    double length = Normaliser.INTER_OCULAR.distance(SCHEME, truth);
    double diagonal = truth.boundingBox().diagonal();
    double yaw =
        new HeadPoseEstimator().estimate(truth).map(pose -> Math.abs(pose.yaw())).orElse(0.0);
    double ofFace = Math.exp(0.45 * random.nextGaussian()) * (0.012 + 0.0006 * yaw);
    double[] xy = truth.toArray();
    double knows = Math.exp(0.3 * random.nextGaussian());
    double expectedSum = 0;
    double observedSum = 0;
    for (int m = 0; m < truth.count(); m++) {
      double scale = ofFace * (m < 17 ? 1.9 : m < 27 ? 1.3 : 0.8) * length;
      double dx = scale * random.nextGaussian();
      double dy = scale * random.nextGaussian();
      xy[2 * m] += dx;
      xy[2 * m + 1] += dy;
      double expected = 1.25 * knows * scale * Math.exp(0.35 * random.nextGaussian());
      result.addExpectedError((float) expected);
      expectedShares.add(expected / diagonal);
      observedShares.add(Math.hypot(dx, dy) / diagonal);
      expectedSum += expected / diagonal;
      observedSum += Math.hypot(dx, dy) / diagonal;
    }
    expectedOfFaces.add(expectedSum / truth.count());
    observedOfFaces.add(observedSum / truth.count());
    for (double value : xy) {
      result.addPredicted((float) value);
    }
    return result.setNme(Nme.of(Landmarks.of(xy), truth, length)).build();
  }

  private static SubsetMetrics subset(
      String name, FaceDataset dataset, List<FaceResult> results, Predicate<FaceSample> within) {
    ErrorDistribution.Builder builder = new ErrorDistribution.Builder();
    LandmarkErrors points = new LandmarkErrors(SCHEME);
    for (int i = 0; i < results.size(); i++) {
      FaceSample face = dataset.faces().get(i);
      FaceResult result = results.get(i);
      if (!within.test(face)) {
        continue;
      }
      if (!result.hasNme()) {
        builder.addFailed();
        continue;
      }
      builder.add(result.getNme());
      Landmarks truth = face.landmarks();
      points.add(
          Landmarks.of(result.getPredictedList().stream().mapToDouble(v -> v).toArray()),
          truth,
          Normaliser.INTER_OCULAR.distance(SCHEME, truth),
          face.occluded());
    }
    ErrorDistribution errors = builder.build();
    Bootstrap bootstrap = Bootstrap.usual();
    SubsetMetrics.Builder subset =
        SubsetMetrics.newBuilder()
            .setName(name)
            .setFaces(errors.faces())
            .setInvalid(errors.invalid())
            .setNme(errors.mean())
            .setNmeInterOcular(errors.mean())
            .setNmeInterPupil(1.42 * errors.mean())
            .setNmeBoxDiagonal(0.31 * errors.mean())
            .setFrAt008(errors.failureRate(0.08))
            .setFrAt010(errors.failureRate(0.10))
            .setAucAt008(errors.auc(0.08))
            .setAucAt010(errors.auc(0.10))
            .setAucFard2022(errors.aucFard2022());
    subset
        .getIntervalsBuilder()
        .setNme(interval(errors.meanInterval(bootstrap)))
        .setFrAt008(interval(errors.failureRateInterval(0.08, bootstrap)))
        .setFrAt010(interval(errors.failureRateInterval(0.10, bootstrap)))
        .setAucAt008(interval(errors.aucInterval(0.08, bootstrap)))
        .setAucAt010(interval(errors.aucInterval(0.10, bootstrap)))
        .setAucFard2022(interval(errors.aucFard2022Interval(bootstrap)));
    for (double nme : points.byLandmark()) {
      subset.addLandmarkNme(nme);
    }
    points
        .byRegion()
        .forEach(
            (region, nme) ->
                subset.addRegions(RegionError.newBuilder().setName(region).setNme(nme)));
    return subset.build();
  }

  private static Interval interval(dev.facealign.metric.Interval interval) {
    return Interval.newBuilder().setLow(interval.low()).setHigh(interval.high()).build();
  }

  private CertaintyFigures certainty(List<FaceResult> results) {
    double[] expected = array(expectedShares);
    double[] observed = array(observedShares);
    double[] nme =
        results.stream().filter(FaceResult::hasNme).mapToDouble(FaceResult::getNme).toArray();
    Calibration calibration = Calibration.of(expected, observed, 10);
    ErrorRejection rejection = ErrorRejection.of(array(expectedOfFaces), nme);
    CertaintyFigures.Builder figures =
        CertaintyFigures.newBuilder()
            .setCalibrationError(calibration.error())
            .setMeanExpectedError(calibration.meanExpected())
            .setMeanError(calibration.meanObserved())
            .setPointRankCorrelation(RankCorrelation.spearman(expected, observed))
            .setFaceRankCorrelation(
                RankCorrelation.spearman(array(expectedOfFaces), array(observedOfFaces)))
            .setFaces(nme.length);
    for (Calibration.Bin bin : calibration.bins()) {
      figures.addBins(
          CalibrationBin.newBuilder()
              .setPoints(bin.points())
              .setExpectedError(bin.expected())
              .setObservedError(bin.observed()));
    }
    dev.facealign.v1.ErrorRejection.Builder curve = figures.getRejectionBuilder();
    for (int percent = 0; percent < 100; percent += 5) {
      int rejected = percent * nme.length / 100;
      curve.addNmeOfKept(rejection.nmeOfKept(rejected)).addLimit(rejection.limit(rejected));
    }
    curve
        .setArea(rejection.area())
        .setAreaOfOracle(rejection.areaOfOracle())
        .setAreaOfChance(rejection.areaOfChance());
    return figures.build();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
