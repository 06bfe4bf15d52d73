package dev.facealign.benchmarks.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.render.RenderedDataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Training steps of ours and of PyTorch in Python in turns, each run in a process of its own;
 * medians as a table in Markdown. Both train on the same rendered faces, and their networks must
 * have the same number of parameters.
 *
 * <p>PyTorch runs twice: with the memory order that it has by itself, and with channels last.
 * Ratios are to the faster of the two.
 *
 * <p>Arguments: {@code --python PYTHON}; {@code --cases NETWORK/SIZE/BATCH,...}; {@code
 * --repetitions N}; {@code --steps N}, of an epoch, at most 50; {@code --epochs N}, the first not
 * counted; {@code --memory} prints how memory grows in runs of ours instead.
 */
public final class TrainingStepComparison {
  private static final String OURS = "facealign";
  private static final String PLAIN = "PyTorch";
  private static final String CHANNELS_LAST = "PyTorch, channels last";
  private static final int PICTURE_PX = 256;

  /** What the facealign script sets: for both. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_TRIM_THRESHOLD_", "17179869184",
          "MALLOC_TOP_PAD_", "67108864",
          "GOMP_SPINCOUNT", "1000",
          "OPT_OUT_TRACKING", "true");

  private final String python;
  private final int steps;
  private final int epochs;
  private final Path faces;

  /** One line of the table's left side. */
  private record Case(String network, int sizePx, int batchSize) {
    static Case parse(String text) {
      String[] parts = text.split("/", -1);
      return new Case(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
  }

  private TrainingStepComparison(String python, int steps, int epochs, Path faces) {
    this.python = python;
    this.steps = steps;
    this.epochs = epochs;
    this.faces = faces;
  }

  /** To be run in the repository's root. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String python = "/usr/bin/python3";
    String cases = "mobilenet-v2,efficientnet-b0,efficientnet-b3";
    int repetitions = 3;
    int steps = 20;
    int epochs = 3;
    boolean memory = false;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--python" -> python = arguments[++i];
        case "--cases" -> cases = arguments[++i];
        case "--repetitions" -> repetitions = Integer.parseInt(arguments[++i]);
        case "--steps" -> steps = Integer.parseInt(arguments[++i]);
        case "--epochs" -> epochs = Integer.parseInt(arguments[++i]);
        case "--memory" -> memory = true;
        default -> throw new IllegalArgumentException(arguments[i] + " (expected: an option)");
      }
    }
    Path faces = Files.createTempDirectory("facealign-training-step");
    try {
      TrainingStepComparison comparison = new TrainingStepComparison(python, steps, epochs, faces);
      if (memory) {
        comparison.printMemory(cases(cases));
      } else {
        comparison.run(cases(cases), repetitions);
      }
    } finally {
      try (Stream<Path> files = Files.walk(faces)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A network alone stands for all sizes and batches. */
  private static List<Case> cases(String text) {
    List<Case> cases = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (part.contains("/")) {
        cases.add(Case.parse(part));
      } else {
        for (int sizePx : new int[] {112, 224}) {
          cases.add(new Case(part, sizePx, 16));
          cases.add(new Case(part, sizePx, 32));
        }
      }
    }
    return cases;
  }

  private void run(List<Case> cases, int repetitions) throws IOException, InterruptedException {
    System.out.println("load before: " + load());
    System.out.println("| network | input | batch | who | images/s | ratio | peak memory |");
    System.out.println("|---|---:|---:|---|---:|---:|---:|");
    for (Case now : cases) {
      Path data = faces(now);
      Map<String, List<JsonObject>> runs = new LinkedHashMap<>();
      for (int i = 0; i < repetitions; i++) {
        for (String who : List.of(OURS, PLAIN, CHANNELS_LAST)) {
          runs.computeIfAbsent(who, w -> new ArrayList<>()).add(run(who, now, data));
        }
      }
      requireSameParameters(runs);
      double best =
          Math.max(
              median(runs.getOrDefault(PLAIN, List.of())),
              median(runs.getOrDefault(CHANNELS_LAST, List.of())));
      runs.forEach(
          (who, figures) ->
              System.out.printf(
                  Locale.ROOT,
                  "| %s | %d | %d | %s | %.1f | %.2f | %.0f MiB |%n",
                  now.network(),
                  now.sizePx(),
                  now.batchSize(),
                  who,
                  median(figures),
                  median(figures) / best,
                  figures.stream()
                      .mapToDouble(f -> f.get("peak_mib").getAsDouble())
                      .max()
                      .orElse(Double.NaN)));
    }
    System.out.println("load after: " + load());
  }

  private void printMemory(List<Case> cases) throws IOException, InterruptedException {
    for (Case now : cases) {
      JsonObject resident = run(OURS, now, faces(now)).getAsJsonObject("rss_mib");
      System.out.println(now + ": " + resident);
    }
  }

  /** So many that one in a hundred can be held out. */
  private Path faces(Case now) {
    Path data = faces.resolve("batch" + now.batchSize());
    if (!Files.exists(data)) {
      int count = steps * now.batchSize() + now.batchSize() / 2;
      RenderedDataset.write(data, count, 0, PICTURE_PX, 1);
    }
    return data;
  }

  private JsonObject run(String who, Case now, Path data) throws IOException, InterruptedException {
    List<String> command;
    if (who.equals(OURS)) {
      command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx2g",
              "-cp",
              System.getProperty("java.class.path"),
              TrainingStepRun.class.getName(),
              now.network().toUpperCase(Locale.ROOT).replace('-', '_'),
              Integer.toString(now.sizePx()),
              Integer.toString(now.batchSize()),
              Integer.toString(epochs),
              faces.toString(),
              data.getFileName().toString());
    } else {
      command =
          new ArrayList<>(
              List.of(
                  python,
                  "benchmarks/peers/train_step_torch.py",
                  now.network(),
                  "--data",
                  data.resolve("rendered/trainset").toString(),
                  "--size",
                  Integer.toString(now.sizePx()),
                  "--batch",
                  Integer.toString(now.batchSize()),
                  "--epochs",
                  Integer.toString(epochs)));
      if (who.equals(CHANNELS_LAST)) {
        command.add("--channels-last");
      }
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(ENVIRONMENT);
    Process process = builder.start();
    String[] lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .trim()
            .split("\n", -1);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": exit " + process.exitValue());
    }
    // The service's log stands before it.
    return JsonParser.parseString(lines[lines.length - 1]).getAsJsonObject();
  }

  private static void requireSameParameters(Map<String, List<JsonObject>> runs) {
    List<Long> counts =
        runs.values().stream()
            .flatMap(List::stream)
            .map(run -> run.get("parameters").getAsLong())
            .distinct()
            .toList();
    if (counts.size() != 1) {
      throw new IllegalStateException("parameters: " + counts + " (expected: the same)");
    }
  }

  /** Of all epochs of all runs. */
  private static double median(List<JsonObject> runs) {
    double[] sorted =
        runs.stream()
            .flatMap(run -> run.getAsJsonArray("images_per_second").asList().stream())
            .mapToDouble(value -> value.getAsDouble())
            .sorted()
            .toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).trim();
  }
}
