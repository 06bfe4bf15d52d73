package dev.facealign.benchmarks.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.render.RenderedDataset;
import dev.facealign.trainer.job.NetworkKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Training steps of ours and of PyTorch in Python in turns, each run in a process of its own;
 * medians as a table in Markdown. Both train on the same rendered faces, and their networks must
 * have the same number of parameters.
 *
 * <p>PyTorch runs twice: with the memory order that it has by itself, and with channels last.
 * Ratios are to the faster of the two.
 */
@Command(
    name = "TrainingStepComparison",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Compares training steps with PyTorch's Python; to be run in the repository's root.")
public final class TrainingStepComparison implements Callable<Integer> {
  private static final String OURS = "facealign";
  private static final String PLAIN = "PyTorch";
  private static final String CHANNELS_LAST = "PyTorch, channels last";
  private static final int PICTURE_PX = 256;

  /** The peer's words for them. */
  private static final List<String> NETWORKS =
      Stream.of(NetworkKind.values()).map(NetworkKind::id).toList();

  /** What the facealign script sets: for both. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_TRIM_THRESHOLD_", "17179869184",
          "MALLOC_TOP_PAD_", "67108864",
          "GOMP_SPINCOUNT", "1000",
          "OPT_OUT_TRACKING", "true");

  /** Lines of a failed run's standard error that are worth showing. */
  private static final int TAIL_LINES = 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--python", description = "Python with PyTorch, NumPy and Pillow")
  private String python = "/usr/bin/python3";

  @Option(
      names = "--cases",
      split = ",",
      paramLabel = "NETWORK[/PX/BATCH]",
      description = "a network alone stands for all sizes and batches")
  private List<String> cases = List.of("mobilenet-v2", "efficientnet-b0", "efficientnet-b3");

  @Option(names = "--repetitions", description = "runs of each, at least 1")
  private int repetitions = 3;

  @Option(names = "--steps", description = "of an epoch, 1 to 50")
  private int steps = 20;

  @Option(names = "--epochs", description = "the first is not counted, at least 2")
  private int epochs = 3;

  @Option(names = "--memory", description = "print how memory grows in runs of ours instead")
  private boolean memory;

  /** One line of the table's left side. */
  private record Case(String network, int sizePx, int batchSize) {
    private static final Pattern TEXT = Pattern.compile("([a-z0-9-]+)/([0-9]{1,4})/([0-9]{1,4})");

    /** Empty for another text. */
    static Optional<Case> parse(String text) {
      Matcher parts = TEXT.matcher(text);
      return parts.matches()
          ? Optional.of(
              new Case(
                  parts.group(1),
                  Integer.parseInt(parts.group(2)),
                  Integer.parseInt(parts.group(3))))
          : Optional.empty();
    }

    /** Name of the faces to train on. */
    String dataset() {
      return "batch" + batchSize;
    }
  }

  private TrainingStepComparison() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrainingStepComparison()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    require("--repetitions", repetitions, 1, Integer.MAX_VALUE, ">= 1");
    // One face in a hundred is held out, which for more steps would be more than half a batch.
    require("--steps", steps, 1, 50, "1 to 50");
    require("--epochs", epochs, 2, Integer.MAX_VALUE, ">= 2, the first is not counted");
    List<Case> wanted = cases();
    Path faces = Files.createTempDirectory("facealign-training-step");
    try {
      if (memory) {
        printMemory(wanted, faces);
      } else {
        run(wanted, faces);
      }
      return 0;
    } finally {
      try (Stream<Path> files = Files.walk(faces)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void require(String option, int value, int least, int most, String expected) {
    if (value < least || value > most) {
      throw wrong(option, Integer.toString(value), expected);
    }
  }

  private ParameterException wrong(String option, String value, String expected) {
    return new ParameterException(
        spec.commandLine(), option + ": " + value + " (expected: " + expected + ")");
  }

  private List<Case> cases() {
    List<Case> wanted = new ArrayList<>();
    for (String text : cases) {
      if (text.contains("/")) {
        wanted.add(
            Case.parse(text)
                .orElseThrow(() -> wrong("--cases", text, "such as mobilenet-v2/112/16")));
      } else {
        for (int sizePx : new int[] {112, 224}) {
          wanted.add(new Case(text, sizePx, 16));
          wanted.add(new Case(text, sizePx, 32));
        }
      }
    }
    for (Case one : wanted) {
      if (!NETWORKS.contains(one.network())) {
        throw wrong("--cases", one.network(), "one of " + NETWORKS);
      }
    }
    return wanted;
  }

  private void run(List<Case> wanted, Path faces) throws IOException, InterruptedException {
    System.out.println("load before: " + load());
    System.out.println("| network | input | batch | who | images/s | ratio | peak memory |");
    System.out.println("|---|---:|---:|---|---:|---:|---:|");
    for (Case now : wanted) {
      render(now, faces);
      Map<String, List<JsonObject>> runs = new LinkedHashMap<>();
      for (int i = 0; i < repetitions; i++) {
        for (String who : List.of(OURS, PLAIN, CHANNELS_LAST)) {
          runs.computeIfAbsent(who, w -> new ArrayList<>()).add(run(who, now, faces));
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

  private void printMemory(List<Case> wanted, Path faces) throws IOException, InterruptedException {
    for (Case now : wanted) {
      render(now, faces);
      JsonObject resident = run(OURS, now, faces).getAsJsonObject("rss_mib");
      System.out.println(now + ": " + resident);
    }
  }

  /** So many that one in a hundred can be held out. */
  private void render(Case now, Path faces) {
    Path data = faces.resolve(now.dataset());
    if (!Files.exists(data)) {
      int count = steps * now.batchSize() + now.batchSize() / 2;
      RenderedDataset.write(data, count, 0, PICTURE_PX, 1);
    }
  }

  private JsonObject run(String who, Case now, Path faces)
      throws IOException, InterruptedException {
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
              now.dataset());
    } else {
      command =
          new ArrayList<>(
              List.of(
                  python,
                  "benchmarks/peers/train_step_torch.py",
                  now.network(),
                  "--data",
                  faces.resolve(now.dataset()).resolve("rendered/trainset").toString(),
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
    Path errors = faces.resolve("stderr.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(ENVIRONMENT);
    Process process = builder.start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .lines()
            .toList();
    if (process.waitFor() != 0 || lines.isEmpty()) {
      throw new IllegalStateException(
          who
              + ", "
              + now
              + ": exit "
              + process.exitValue()
              + " (expected: 0, and figures)\n"
              + tail(Files.readString(errors).lines().toList()));
    }
    // The service's log stands before it.
    return JsonParser.parseString(lines.get(lines.size() - 1)).getAsJsonObject();
  }

  private static String tail(List<String> lines) {
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
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
