package dev.facealign.evaluation;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Normaliser;
import dev.facealign.v1.SubsetMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static Map<String, Collection<FaceOutcome>> subsets(
      FaceDataset dataset, List<FaceOutcome> outcomes) {
    Map<String, List<FaceOutcome>> folders = new TreeMap<>();
    for (int i = 0; i < outcomes.size(); i++) {
      folders
          .computeIfAbsent(dataset.faces().get(i).split(), name -> new ArrayList<>())
          .add(outcomes.get(i));
    }
    Map<String, Collection<FaceOutcome>> subsets = new LinkedHashMap<>();
    subsets.put(dataset.split(), outcomes);
    if (folders.size() > COMMON.size() && folders.keySet().containsAll(COMMON)) {
      List<FaceOutcome> common = new ArrayList<>();
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

  private static SubsetMetrics of(
      LandmarkScheme scheme, String name, Collection<FaceOutcome> faces) {
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
    return metrics.build();
  }

  private static double mean(Collection<FaceOutcome> faces, Normaliser by) {
    return distribution(faces, valid -> valid.error(by)).mean();
  }

  private static ErrorDistribution distribution(
      Collection<FaceOutcome> faces, ToDoubleFunction<FaceOutcome.Valid> error) {
    ErrorDistribution.Builder distribution = new ErrorDistribution.Builder();
    for (FaceOutcome face : faces) {
      if (face instanceof FaceOutcome.Valid valid) {
        distribution.add(error.applyAsDouble(valid));
      } else if (face instanceof FaceOutcome.Failed) {
        distribution.addFailed();
      } else {
        distribution.addExcluded();
      }
    }
    return distribution.build();
  }
}
