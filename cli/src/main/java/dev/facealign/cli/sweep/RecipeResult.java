package dev.facealign.cli.sweep;

import dev.facealign.cli.output.Figures;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobState;
import dev.facealign.v1.TrainingJobStatus;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a recipe has come to, over its seeds.
 *
 * @param recipe the recipe
 * @param jobs its jobs, one or more
 */
record RecipeResult(Recipe recipe, List<TrainingJobStatus> jobs) {
  private static final String STATE = "JOB_STATE_";

  RecipeResult {
    jobs = List.copyOf(jobs);
  }

  /**
   * A job's lowest NME on its held-out faces so far, fraction. Empty where there is none, or where
   * it says nothing of the recipe: the job came to nothing, or is still at a smaller input.
   */
  static OptionalDouble figure(TrainingJobStatus job) {
    boolean alive =
        job.getState() == JobState.JOB_STATE_QUEUED
            || job.getState() == JobState.JOB_STATE_RUNNING
            || job.getState() == JobState.JOB_STATE_SUCCEEDED;
    EpochCompleted epoch = job.getLatestEpoch();
    boolean fullSize =
        epoch.getInputSizePx() == 0 || epoch.getInputSizePx() == job.getJob().getInputSizePx();
    double nme = epoch.getBestValidationNme();
    return alive && fullSize && job.hasLatestEpoch() && Double.isFinite(nme) && nme > 0
        ? OptionalDouble.of(nme)
        : OptionalDouble.empty();
  }

  /** Jobs with a figure, best first. */
  List<TrainingJobStatus> measured() {
    return jobs.stream()
        .filter(job -> figure(job).isPresent())
        .sorted(Comparator.comparingDouble(job -> figure(job).orElseThrow()))
        .toList();
  }

  private double[] figures() {
    return jobs.stream()
        .map(RecipeResult::figure)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .toArray();
  }

  /** Mean over seeds, fraction; NaN where no job has a figure. */
  double mean() {
    double sum = 0;
    for (double figure : figures()) {
      sum += figure;
    }
    return sum / figures().length;
  }

  /** Sample standard deviation over seeds, fraction; empty for less than two. */
  OptionalDouble spread() {
    double[] figures = figures();
    if (figures.length < 2) {
      return OptionalDouble.empty();
    }
    double mean = mean();
    double squares = 0;
    for (double figure : figures) {
      squares += (figure - mean) * (figure - mean);
    }
    return OptionalDouble.of(Math.sqrt(squares / (figures.length - 1)));
  }

  /** The job with the lowest figure. */
  Optional<TrainingJobStatus> best() {
    return measured().stream().findFirst();
  }

  /** Epochs done of those asked for, such as "60/60" or "3..12/60". */
  String epochs() {
    int least = jobs.stream().mapToInt(RecipeResult::epochsDone).min().orElse(0);
    int most = jobs.stream().mapToInt(RecipeResult::epochsDone).max().orElse(0);
    return (least == most ? least : least + ".." + most) + "/" + recipe.settings().getEpochs();
  }

  private static int epochsDone(TrainingJobStatus job) {
    return job.getLatestEpoch().getEpoch();
  }

  /** Such as "2 succeeded, 1 running". */
  String states() {
    return states(jobs);
  }

  /** How many jobs are in which state. */
  static String states(List<TrainingJobStatus> jobs) {
    Map<JobState, Integer> counts = new EnumMap<>(JobState.class);
    jobs.forEach(job -> counts.merge(job.getState(), 1, Integer::sum));
    return List.of(
            JobState.JOB_STATE_SUCCEEDED,
            JobState.JOB_STATE_RUNNING,
            JobState.JOB_STATE_QUEUED,
            JobState.JOB_STATE_FAILED,
            JobState.JOB_STATE_CANCELLED,
            JobState.JOB_STATE_DEAD_LETTERED)
        .stream()
        .filter(counts::containsKey)
        .map(state -> counts.get(state) + " " + Figures.word(state, STATE))
        .collect(Collectors.joining(", "));
  }
}
