package dev.facealign.evaluation.scoring;

import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Bootstrap;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Interval;
import dev.facealign.metric.LandmarkErrors;
import dev.facealign.metric.Normaliser;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.RegionError;
import dev.facealign.v1.SubsetIntervals;
import dev.facealign.v1.SubsetMetrics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The figures of METHOD section 5, over a whole split, over the parts of its protocol, with faces
 * or without, and over its folders. Takes the faces one by one, in the dataset's order, and keeps
 * their errors alone.
 */
public final class SubsetReports {

  /** More are no longer read by people, and a report has its size on the topic. */
  private static final int MOST_FOLDERS = 50;

  private final LandmarkScheme scheme;
  private final Subset whole;
  private final Map<Protocol, Subset> parts = new LinkedHashMap<>();
  private final Map<String, Subset> folders = new TreeMap<>();
  private boolean tooManyFolders;

  /** Of no face yet. */
  public SubsetReports(DatasetSummary dataset) {
    this.scheme = dataset.scheme();
    this.whole = new Subset(scheme, dataset.split(), dataset.expectedFaces());
    for (Protocol part : Protocol.partsOf(dataset)) {
      parts.put(part, new Subset(scheme, part.split(), part.completeFaces()));
    }
  }

  /** Adds the next in the dataset's order, and what became of it. */
  public void add(FaceSample face, FaceOutcome outcome) {
    whole.add(face, outcome);
    String folder = face.split();
    parts.forEach(
        (part, subset) -> {
          if (part.holds(folder)) {
            subset.add(face, outcome);
          }
        });
    if (tooManyFolders) {
      return;
    }
    folders.computeIfAbsent(folder, name -> new Subset(scheme, name, 0)).add(face, outcome);
    if (folders.size() > MOST_FOLDERS) {
      tooManyFolders = true;
      folders.clear();
    }
  }

  /** The whole first. */
  private List<Subset> subsets() {
    List<Subset> subsets = new ArrayList<>();
    subsets.add(whole);
    subsets.addAll(parts.values());
    if (folders.size() > 1) {
      folders.values().stream().filter(folder -> !isPart(folder)).forEach(subsets::add);
    }
    return subsets;
  }

  /** iBUG's folder is all of Challenging. */
  private boolean isPart(Subset folder) {
    return parts.entrySet().stream()
        .anyMatch(
            part -> part.getKey().holds(folder.name) && part.getValue().faces() == folder.faces());
  }

  /** Errors by the report's normaliser, by subset: the whole split first; none without faces. */
  public Map<String, ErrorDistribution> errors() {
    Map<String, ErrorDistribution> distributions = new LinkedHashMap<>();
    for (Subset subset : subsets()) {
      if (subset.faces() > 0) {
        distributions.put(subset.name, subset.distribution(Normaliser.defaultOf(scheme)));
      }
    }
    return distributions;
  }

  /** All figures by subset: the whole split first. */
  public List<SubsetMetrics> metrics() {
    return subsets().stream().map(Subset::metrics).toList();
  }

  /** As reports have it; empty where there is none. */
  public static Optional<dev.facealign.v1.Interval> interval(Interval interval) {
    return interval.exists()
        ? Optional.of(
            dev.facealign.v1.Interval.newBuilder()
                .setLow(interval.low())
                .setHigh(interval.high())
                .build())
        : Optional.empty();
  }

  /** Some of the faces. */
  private static final class Subset {
    private final LandmarkScheme scheme;
    private final String name;
    private final int expectedFaces;
    private final Normaliser normaliser;
    private final Map<Normaliser, ErrorDistribution.Builder> errors =
        new EnumMap<>(Normaliser.class);
    private final LandmarkErrors pointErrors;
    private int faces;

    Subset(LandmarkScheme scheme, String name, int expectedFaces) {
      this.scheme = scheme;
      this.name = name;
      this.expectedFaces = expectedFaces;
      this.normaliser = Normaliser.defaultOf(scheme);
      this.pointErrors = new LandmarkErrors(scheme);
      for (Normaliser by : Normaliser.values()) {
        if (by.fits(scheme)) {
          errors.put(by, new ErrorDistribution.Builder());
        }
      }
    }

    int faces() {
      return faces;
    }

    void add(FaceSample face, FaceOutcome outcome) {
      faces++;
      errors.forEach((by, distribution) -> add(distribution, by, outcome));
      if (outcome instanceof FaceOutcome.Valid valid) {
        Landmarks truth = face.landmarks();
        pointErrors.add(
            valid.predicted(), truth, normaliser.distance(scheme, truth), face.occluded());
      }
    }

    private static void add(
        ErrorDistribution.Builder distribution, Normaliser by, FaceOutcome outcome) {
      ErrorDistribution.Builder unused =
          outcome instanceof FaceOutcome.Valid valid
              ? distribution.add(valid.error(by))
              : outcome instanceof FaceOutcome.Failed
                  ? distribution.addFailed()
                  : distribution.addExcluded();
    }

    ErrorDistribution distribution(Normaliser by) {
      ErrorDistribution.Builder distribution = errors.get(by);
      if (distribution == null) {
        throw new IllegalStateException(scheme.id() + " has no " + by);
      }
      return distribution.build();
    }

    SubsetMetrics metrics() {
      ErrorDistribution distribution = distribution(normaliser);
      SubsetMetrics.Builder metrics =
          SubsetMetrics.newBuilder()
              .setName(name)
              .setFaces(distribution.faces())
              .setExpectedFaces(expectedFaces)
              .setInvalid(distribution.invalid())
              .setNme(distribution.mean())
              .setNmeBoxDiagonal(mean(Normaliser.BOX_DIAGONAL))
              .setFrAt008(distribution.failureRate(0.08))
              .setFrAt010(distribution.failureRate(0.10))
              .setAucAt008(distribution.auc(0.08))
              .setAucAt010(distribution.auc(0.10))
              .setAucFard2022(distribution.aucFard2022());
      if (Normaliser.INTER_OCULAR.fits(scheme)) {
        metrics.setNmeInterOcular(mean(Normaliser.INTER_OCULAR));
      }
      if (Normaliser.INTER_PUPIL.fits(scheme)) {
        metrics.setNmeInterPupil(mean(Normaliser.INTER_PUPIL));
      }
      metrics.setIntervals(intervals(distribution));
      addPointErrors(metrics);
      return metrics.build();
    }

    private double mean(Normaliser by) {
      return distribution(by).mean();
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

    private void addPointErrors(SubsetMetrics.Builder metrics) {
      if (pointErrors.faces() == 0) {
        return;
      }
      for (double nme : pointErrors.byLandmark()) {
        metrics.addLandmarkNme(nme);
      }
      pointErrors
          .byRegion()
          .forEach(
              (region, nme) ->
                  metrics.addRegions(RegionError.newBuilder().setName(region).setNme(nme)));
      pointErrors.ofVisible().ifPresent(metrics::setNmeVisible);
      pointErrors.ofOccluded().ifPresent(metrics::setNmeOccluded);
    }
  }
}
