package dev.facealign.cli.sweep;

import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.v1.JobState;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingJobStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A sweep's recipes side by side.
 *
 * @param sweep the sweep as it stands
 * @param results one for each recipe; lowest mean first, those without a figure last
 */
record SweepComparison(Sweep sweep, List<RecipeResult> results) {
  private static final int MOST_FAILURES_LISTED = 10;
  private static final int NME_DECIMALS = 2;

  SweepComparison {
    results = List.copyOf(results);
  }

  static SweepComparison of(Sweep sweep) {
    Map<Recipe, List<TrainingJobStatus>> recipes = new LinkedHashMap<>();
    for (TrainingJobStatus job : sweep.getJobsList()) {
      recipes.computeIfAbsent(Recipe.of(job.getJob()), recipe -> new ArrayList<>()).add(job);
    }
    return new SweepComparison(
        sweep,
        recipes.entrySet().stream()
            .map(recipe -> new RecipeResult(recipe.getKey(), recipe.getValue()))
            .sorted(Comparator.comparingDouble(RecipeResult::mean))
            .toList());
  }

  /** The table, and what one must know to read it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "sweep "
            + sweep.getSweepId()
            + ": "
            + jobs(sweep)
            + ", "
            + RecipeResult.states(sweep.getJobsList()));
    lines.addAll(table().lines());
    lines.addAll(failures());
    lines.add(
        "NME is that of each run's best epoch on the faces held out of the training split: for"
            + " choosing, not a test figure.");
    if (results.stream().anyMatch(result -> result.spread().isPresent())) {
      lines.add("+- is the sample standard deviation over seeds.");
    }
    return lines;
  }

  /** Such as "12 jobs". */
  static String jobs(Sweep sweep) {
    return sweep.getJobsCount() + (sweep.getJobsCount() == 1 ? " job" : " jobs");
  }

  private Table table() {
    List<String> more = tellingApart();
    List<String> headings = new ArrayList<>(List.of("NETWORK", "LOSS", ">LAMBDA"));
    more.forEach(path -> headings.add(path.toUpperCase(Locale.ROOT)));
    headings.addAll(List.of(">SEEDS", ">HELD-OUT NME", ">BEST", "BEST JOB", ">EPOCHS", "STATE"));
    Table table = new Table(headings.toArray(String[]::new));
    for (RecipeResult result : results) {
      List<String> cells = new ArrayList<>(result.recipe().headline());
      Map<String, String> values = result.recipe().values();
      more.forEach(path -> cells.add(values.getOrDefault(path, "-")));
      int measured = result.measured().size();
      cells.add(
          measured == result.jobs().size()
              ? Integer.toString(measured)
              : measured + " of " + result.jobs().size());
      cells.add(mean(result));
      cells.add(
          result
              .best()
              .map(job -> Figures.percent(RecipeResult.figure(job).orElseThrow(), NME_DECIMALS))
              .orElse("-"));
      cells.add(result.best().map(job -> job.getJob().getJobId()).orElse("-"));
      cells.add(result.epochs());
      cells.add(result.states());
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String mean(RecipeResult result) {
    return result.spread().isPresent()
        ? Figures.decimal(100 * result.mean(), NME_DECIMALS)
            + " +- "
            + Figures.percent(result.spread().getAsDouble(), NME_DECIMALS)
        : Figures.percent(result.mean(), NME_DECIMALS);
  }

  private List<String> failures() {
    List<String> failures =
        sweep.getJobsList().stream()
            .filter(SweepComparison::isWithoutModel)
            .map(SweepComparison::ending)
            .toList();
    if (failures.size() <= MOST_FAILURES_LISTED) {
      return failures;
    }
    List<String> first = new ArrayList<>(failures.subList(0, MOST_FAILURES_LISTED));
    first.add("and " + (failures.size() - MOST_FAILURES_LISTED) + " more without a model");
    return first;
  }

  private static boolean isWithoutModel(TrainingJobStatus job) {
    return job.getState() == JobState.JOB_STATE_FAILED
        || job.getState() == JobState.JOB_STATE_CANCELLED
        || job.getState() == JobState.JOB_STATE_DEAD_LETTERED;
  }

  /** Such as "night-3 failed: loss: NaN (expected: finite)". */
  static String ending(TrainingJobStatus job) {
    return job.getJob().getJobId()
        + " "
        + Figures.word(job.getState(), "JOB_STATE_")
        + (job.getReason().isEmpty() ? "" : ": " + job.getReason());
  }

  /**
   * Settings beyond network, loss and lambda that it takes to tell the recipes apart, by their
   * paths.
   */
  private List<String> tellingApart() {
    Map<List<String>, List<Recipe>> alike =
        results.stream().map(RecipeResult::recipe).collect(Collectors.groupingBy(Recipe::headline));
    Set<String> paths = new TreeSet<>();
    for (List<Recipe> recipes : alike.values()) {
      List<Map<String, String>> values = recipes.stream().map(Recipe::values).toList();
      Set<String> all = new HashSet<>();
      values.forEach(one -> all.addAll(one.keySet()));
      for (String path : all) {
        if (values.stream().map(one -> one.getOrDefault(path, "-")).distinct().count() > 1) {
          paths.add(path);
        }
      }
    }
    return List.copyOf(paths);
  }

  /** A recipe in short: only what differs in this sweep. */
  String label(Recipe recipe) {
    List<String> words = new ArrayList<>();
    if (results.stream().map(result -> result.recipe().network()).distinct().count() > 1) {
      words.add(recipe.network());
    }
    words.add(recipe.loss());
    if (!recipe.lambda().equals("-")) {
      words.add("lambda " + recipe.lambda());
    }
    Map<String, String> values = recipe.values();
    for (String path : tellingApart()) {
      words.add(
          path.substring(path.lastIndexOf('.') + 1).replace('_', ' ')
              + " "
              + values.getOrDefault(path, "-"));
    }
    return String.join(" ", words);
  }
}
