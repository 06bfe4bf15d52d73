package dev.facealign.benchmarks.shape;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Fits of growing numbers of faces, ours and NumPy's in turns, each in a process of its own; the
 * medians as a table in Markdown. Both fit the same faces, and their eigenvalues are compared.
 *
 * <p>Arguments: {@code name=python} for each NumPy to compare with; {@code --faces N,N,...}; {@code
 * --repetitions N}.
 */
public final class ShapeFitComparison {
  private static final String OURS = "facealign";
  private static final double AGREEMENT = 1e-9;

  private final Path peer;
  private final Map<String, String> pythons;

  private ShapeFitComparison(Path peer, Map<String, String> pythons) {
    this.peer = peer;
    this.pythons = pythons;
  }

  /** To be run in the repository's root. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> pythons = new LinkedHashMap<>();
    int[] faces = {1_000, 10_000, 100_000, 1_000_000};
    int repetitions = 5;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--faces" ->
            faces =
                Arrays.stream(arguments[++i].split(",", -1)).mapToInt(Integer::parseInt).toArray();
        case "--repetitions" -> repetitions = Integer.parseInt(arguments[++i]);
        default -> {
          String[] pair = arguments[i].split("=", 2);
          pythons.put(pair[0], pair[1]);
        }
      }
    }
    new ShapeFitComparison(Path.of("benchmarks/peers/shape_fit_numpy.py"), pythons)
        .run(faces, repetitions);
  }

  private void run(int[] sizes, int repetitions) throws IOException, InterruptedException {
    System.out.println("load before: " + load());
    System.out.println(
        "| faces | who | covariance | a face | eigenvectors | whole | ratio | CPU | ratio | peak memory |");
    System.out.println("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (int size : sizes) {
      Map<String, List<JsonObject>> results = new LinkedHashMap<>();
      for (int i = 0; i < repetitions; i++) {
        results.computeIfAbsent(OURS, who -> new ArrayList<>()).add(ours(size));
        for (Map.Entry<String, String> python : pythons.entrySet()) {
          results
              .computeIfAbsent(python.getKey(), who -> new ArrayList<>())
              .add(run(List.of(python.getValue(), peer.toString(), Integer.toString(size))));
        }
      }
      requireSameEigenvalues(results);
      List<JsonObject> ours = results.getOrDefault(OURS, List.of());
      results.forEach((who, runs) -> print(size, who, runs, ours));
    }
    System.out.println("load after: " + load());
  }

  /** In a heap that would not hold the faces from 60,000 on. */
  private static JsonObject ours(int faces) throws IOException, InterruptedException {
    return run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ShapeFitRun.class.getName(),
            Integer.toString(faces)));
  }

  private static JsonObject run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": exit " + process.exitValue());
    }
    JsonObject json = JsonParser.parseString(output).getAsJsonObject();
    json.addProperty(
        "total",
        json.get("covariance_seconds").getAsDouble() + json.get("eigen_seconds").getAsDouble());
    return json;
  }

  private static void requireSameEigenvalues(Map<String, List<JsonObject>> results) {
    List<List<Double>> all =
        results.values().stream()
            .flatMap(List::stream)
            .map(
                run ->
                    run.getAsJsonArray("eigenvalues").asList().stream()
                        .map(value -> value.getAsDouble())
                        .toList())
            .toList();
    List<Double> first = all.get(0);
    for (List<Double> other : all) {
      for (int i = 0; i < first.size(); i++) {
        if (!(Math.abs(other.get(i) - first.get(i)) <= AGREEMENT * first.get(0))) {
          throw new IllegalStateException(
              "eigenvalue " + i + ": " + other.get(i) + " (expected: " + first.get(i) + ")");
        }
      }
    }
  }

  /** Medians; ratios are to ours, above 1 where ours takes less. */
  private static void print(int faces, String who, List<JsonObject> runs, List<JsonObject> ours) {
    System.out.printf(
        Locale.ROOT,
        "| %,d | %s | %.2f ms | %.2f us | %.1f ms | %.1f ms | %.2f | %.1f ms | %.2f | %.0f MiB |%n",
        faces,
        who,
        1e3 * median(runs, "covariance_seconds"),
        1e6 * median(runs, "covariance_seconds") / faces,
        1e3 * median(runs, "eigen_seconds"),
        1e3 * median(runs, "total"),
        median(runs, "total") / median(ours, "total"),
        1e3 * median(runs, "cpu_seconds"),
        median(runs, "cpu_seconds") / median(ours, "cpu_seconds"),
        median(runs, "peak_mib"));
  }

  private static double median(List<JsonObject> runs, String figure) {
    double[] sorted =
        runs.stream().mapToDouble(run -> run.get(figure).getAsDouble()).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).trim();
  }
}
