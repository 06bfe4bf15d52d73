package dev.facealign.trainer.page;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.sample.SampleArchive;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.SampledFace;
import dev.facealign.v1.SampledPrediction;
import dev.facealign.v1.SampledPredictions;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run made of a few faces, as far as the store has it.
 *
 * @param faces the faces as the newest epoch saw them
 * @param epochs by number, at least one; as many predictions each as there are faces
 */
record RunSamples(List<SampledFace> faces, List<Epoch> epochs) {
  private static final Logger log = LoggerFactory.getLogger(RunSamples.class);

  /** A page with more would be megabytes; a course is seen with fewer. */
  private static final int MOST_EPOCHS = 60;

  /**
   * An epoch.
   *
   * @param number from 1
   * @param predictions one a face
   */
  record Epoch(int number, List<SampledPrediction> predictions) {}

  /** A run's samples; empty where there are none, as in jobs of older workers. */
  static Optional<RunSamples> of(Run run, SampleArchive archive) {
    List<EpochCompleted> told =
        run.epochs().stream().filter(epoch -> !epoch.getSamples().isEmpty()).toList();
    TreeMap<Integer, SampledPredictions> kept = new TreeMap<>();
    for (EpochCompleted epoch : shown(told)) {
      read(epoch.getSamples(), archive::predictions)
          .ifPresent(predictions -> kept.put(epoch.getEpoch(), predictions));
    }
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    SampledPredictions newest = kept.lastEntry().getValue();
    return read(newest.getFaces(), archive::faces)
        .map(
            faces ->
                new RunSamples(
                    faces.getFacesList(),
                    kept.entrySet().stream()
                        .map(e -> new Epoch(e.getKey(), e.getValue().getPredictionsList()))
                        // Where a worker with another setting went on there are more or fewer.
                        .filter(e -> e.predictions().size() == faces.getFacesCount())
                        .toList()))
        .filter(samples -> !samples.epochs().isEmpty());
  }

  /** Somebody may have tidied up, or the store is away: a page is worth having without. */
  private static <T> Optional<T> read(String key, Function<String, T> archive) {
    try {
      return Optional.of(archive.apply(key));
    } catch (FaultException e) {
      log.debug("samples not shown artifact={}", key, e);
      return Optional.empty();
    }
  }

  /** First, last, and others evenly between them. */
  private static List<EpochCompleted> shown(List<EpochCompleted> told) {
    if (told.size() <= MOST_EPOCHS) {
      return told;
    }
    TreeSet<Integer> places = new TreeSet<>();
    for (int i = 0; i < MOST_EPOCHS; i++) {
      places.add((int) Math.round((double) i * (told.size() - 1) / (MOST_EPOCHS - 1)));
    }
    return places.stream().map(told::get).toList();
  }
}
