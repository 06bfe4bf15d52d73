package dev.facealign.evaluation;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Bootstrap;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Interval;
import dev.facealign.metric.LandmarkErrors;
import dev.facealign.metric.Normaliser;
import dev.facealign.v1.RegionError;
import dev.facealign.v1.SubsetIntervals;
import dev.facealign.v1.SubsetMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The figures of METHOD section 5, over a whole split and over its folders.
 *
 * <p>Where a split holds both folders of 300W's Common subset and others as well, Common is listed,
 * too.
 */
final class SubsetReports {

  /** More are no longer read by people, and a report has its size on the topic. */
  private static final int MOST_SUBSETS = 50;

  private static final Set<String> COMMON = Set.of("helen/testset", "lfpw/testset");

  private record MeasuredFace(FaceSample sample, FaceOutcome outcome) {}

  private SubsetReports() {}

  /** Errors by the report's normaliser, by subset: the whole split first. */
  static Map<String, ErrorDistribution> errors(FaceDataset dataset, List<FaceOutcome> outcomes) {
    Map<String, ErrorDistribution> distributions = new LinkedHashMap<>();
    subsets(dataset, outcomes)
        .forEach(
            (name, faces) ->
                distributions.put(name, distribution(faces, FaceOutcome.Valid::error)));
    return distributions;
  }

  /** All figures by subset: the whole split first. */
  static List<SubsetMetrics> of(FaceDataset dataset, List<FaceOutcome> outcomes) {
    List<SubsetMetrics> metrics = new ArrayList<>();
    subsets(dataset, outcomes)
        .forEach((name, faces) -> metrics.add(of(dataset.scheme(), name, faces)));
    return metrics;
  }

  private static Map<String, List<MeasuredFace>> subsets(
      FaceDataset dataset, List<FaceOutcome> outcomes) {
    List<MeasuredFace> all = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      all.add(new MeasuredFace(dataset.faces().get(i), outcomes.get(i)));
    }
    Map<String, List<MeasuredFace>> folders = new TreeMap<>();
    for (int i = 0; i < outcomes.size(); i++) {
      folders
          .computeIfAbsent(dataset.faces().get(i).split(), name -> new ArrayList<>())
          .add(all.get(i));
    }
    Map<String, List<MeasuredFace>> subsets = new LinkedHashMap<>();
    subsets.put(dataset.split(), all);
    if (folders.size() > COMMON.size() && folders.keySet().containsAll(COMMON)) {
      List<MeasuredFace> common = new ArrayList<>();
      folders.forEach(
          (name, faces) -> {
            if (COMMON.contains(name)) {
              common.addAll(faces);
            }
          });
      subsets.put("common", common);
    }
    if (folders.size() > 1 && folders.size() <= MOST_SUBSETS) {
      folders.forEach(subsets::putIfAbsent);
    }
    return subsets;
  }

  private static SubsetMetrics of(LandmarkScheme scheme, String name, List<MeasuredFace> faces) {
    ErrorDistribution errors = distribution(faces, FaceOutcome.Valid::error);
    SubsetMetrics.Builder metrics =
        SubsetMetrics.newBuilder()
            .setName(name)
            .setFaces(errors.faces())
            .setInvalid(errors.invalid())
            .setNme(errors.mean())
            .setNmeBoxDiagonal(mean(faces, Normaliser.BOX_DIAGONAL))
            .setFrAt008(errors.failureRate(0.08))
            .setFrAt010(errors.failureRate(0.10))
            .setAucAt008(errors.auc(0.08))
            .setAucAt010(errors.auc(0.10))
            .setAucFard2022(errors.aucFard2022());
    if (Normaliser.INTER_OCULAR.fits(scheme)) {
      metrics.setNmeInterOcular(mean(faces, Normaliser.INTER_OCULAR));
    }
    if (Normaliser.INTER_PUPIL.fits(scheme)) {
      metrics.setNmeInterPupil(mean(faces, Normaliser.INTER_PUPIL));
    }
    metrics.setIntervals(intervals(errors));
    addPointErrors(metrics, scheme, faces);
    return metrics.build();
  }

  private static SubsetIntervals intervals(ErrorDistribution errors) {
    Bootstrap bootstrap = Bootstrap.usual();
    SubsetIntervals.Builder intervals = SubsetIntervals.newBuilder();
    interval(errors.meanInterval(bootstrap)).ifPresent(intervals::setNme);
    interval(errors.failureRateInterval(0.08, bootstrap)).ifPresent(intervals::setFrAt008);
    interval(errors.failureRateInterval(0.10, bootstrap)).ifPresent(intervals::setFrAt010);
    interval(errors.aucInterval(0.08, bootstrap)).ifPresent(intervals::setAucAt008);
    interval(errors.aucInterval(0.10, bootstrap)).ifPresent(intervals::setAucAt010);
    interval(errors.aucFard2022Interval(bootstrap)).ifPresent(intervals::setAucFard2022);
    return intervals.build();
  }

  /** As reports have it; empty where there is none. */
  static Optional<dev.facealign.v1.Interval> interval(Interval interval) {
    return interval.exists()
        ? Optional.of(
            dev.facealign.v1.Interval.newBuilder()
                .setLow(interval.low())
                .setHigh(interval.high())
                .build())
        : Optional.empty();
  }

  private static void addPointErrors(
      SubsetMetrics.Builder metrics, LandmarkScheme scheme, List<MeasuredFace> faces) {
    Normaliser normaliser = Normaliser.defaultOf(scheme);
    LandmarkErrors errors = new LandmarkErrors(scheme);
    for (MeasuredFace face : faces) {
      if (face.outcome() instanceof FaceOutcome.Valid valid) {
        Landmarks truth = face.sample().landmarks();
        errors.add(
            valid.predicted(), truth, normaliser.distance(scheme, truth), face.sample().occluded());
      }
    }
    if (errors.faces() == 0) {
      return;
    }
    for (double nme : errors.byLandmark()) {
      metrics.addLandmarkNme(nme);
    }
    errors
        .byRegion()
        .forEach(
            (name, nme) -> metrics.addRegions(RegionError.newBuilder().setName(name).setNme(nme)));
    errors.ofVisible().ifPresent(metrics::setNmeVisible);
    errors.ofOccluded().ifPresent(metrics::setNmeOccluded);
  }

  private static double mean(List<MeasuredFace> faces, Normaliser by) {
    return distribution(faces, valid -> valid.error(by)).mean();
  }

  private static ErrorDistribution distribution(
      List<MeasuredFace> faces, ToDoubleFunction<FaceOutcome.Valid> error) {
    ErrorDistribution.Builder distribution = new ErrorDistribution.Builder();
    for (MeasuredFace face : faces) {
      if (face.outcome() instanceof FaceOutcome.Valid valid) {
        distribution.add(error.applyAsDouble(valid));
      } else if (face.outcome() instanceof FaceOutcome.Failed) {
        distribution.addFailed();
      } else {
        distribution.addExcluded();
      }
    }
    return distribution.build();
  }
}
