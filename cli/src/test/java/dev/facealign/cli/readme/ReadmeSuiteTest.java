package dev.facealign.cli.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.render.RenderedDataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the README, as they stand there, in a folder that looks like a fresh clone,
 * against a real suite. Run by {@code ./facealign test --readme}.
 *
 * <p>What is changed before a command runs is in {@link #REPLACED}, what is not run in {@link
 * #NOT_RUN} and {@link #LEFT_OUT}; all say why. A program that a command begins with and that is
 * not installed skips it. Everything else must end with 0.
 */
@Tag("readme")
@Timeout(1200)
class ReadmeSuiteTest {
  private static final int OFFSET = 6_400;

  /** Pattern to replacement: the same commands, smaller, on faces that are at hand. */
  private static final Map<String, String> REPLACED = new LinkedHashMap<>();

  static {
    // Ports that a suite of the developer's own does not have.
    REPLACED.put("127\\.0\\.0\\.1:25051", "127.0.0.1:" + (25051 + OFFSET));
    REPLACED.put("127\\.0\\.0\\.1:19092", "127.0.0.1:" + (19092 + OFFSET));
    REPLACED.put("facealign up$", "facealign up --port-offset " + OFFSET);
    REPLACED.put(
        "^PYTHONPATH", "FACEALIGN_INFERENCE_ADDRESS=127.0.0.1:" + (25051 + OFFSET) + " $0");
    // Minutes of training shrink to seconds.
    REPLACED.put("--epochs 30 --size 112", "--epochs 1 --size 64");
    REPLACED.put("\"epochs\": 60, \"inputSizePx\": 112", "\"epochs\": 1, \"inputSizePx\": 64");
    REPLACED.put("\"loss\": \\{\"lambda\": 3}", "$0, \"epochs\": 1, \"inputSizePx\": 64");
    REPLACED.put("bench --duration 5", "bench --duration 1 --warm-up 0");
    // Rendered faces have no subset of 300W's.
    REPLACED.put("--split common", "--split test");
    // Installed by whoever runs the test, who need not be root.
    REPLACED.put("^(sudo )?apt-get install.*", "true");
  }

  /** What is below these headings is run, in this order: jobs need a shape model that is fitted. */
  private static final List<String> RUN =
      List.of("Train on your own faces", "grpcurl", "Java", "Python", "Node", "Kafka");

  /** Other headings with indented blocks, and why those are not run. */
  private static final Map<String, String> NOT_RUN =
      Map.of(
          "Two commands", "run first, before the suite is up",
          "Repeat the paper's table", "wants 300W, COFW and the published weights, and days",
          "Architecture", "a drawing",
          "Checks", "tests");

  /** Commands that are not run, and why. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "./facealign up", "runs in the background all the while",
          "./facealign demo", "facealign test runs it, small",
          "./facealign test", "tests that run themselves never end");

  @TempDir private Path folder = Path.of("");
  private final List<String> report = new ArrayList<>();
  private String shapeModel = "";
  private String model = "";

  @Test
  void everyCommandDoesWhatItSays() throws Exception {
    prepare();
    List<Readme.Block> blocks = Readme.blocks(Readme.PROJECT.resolve("README.md"));
    // The first command is for those who have nothing running.
    runBlock(blocks, "Two commands");
    Process suite =
        start(folder.resolve("up.log"), change("./facealign up")).redirectErrorStream(true).start();
    try {
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> Files.readString(folder.resolve("up.log")).contains("stop with Ctrl-C"));
      for (String heading : RUN) {
        runBlock(blocks, heading);
      }
      List<String> known = new ArrayList<>(RUN);
      known.addAll(NOT_RUN.keySet());
      assertThat(headings(blocks)).containsExactlyInAnyOrderElementsOf(known);
    } finally {
      suite.destroy();
      assertThat(suite.waitFor(60, TimeUnit.SECONDS)).isTrue();
      System.out.println(String.join("\n", report));
    }
    assertThat(suite.exitValue()).isZero();
    assertThat(folder.resolve("found/photo.landmarks.png")).isNotEmptyFile();
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
  }

  private static List<String> headings(List<Readme.Block> blocks) {
    return blocks.stream()
        .filter(block -> block.language().isEmpty())
        .map(Readme.Block::heading)
        .distinct()
        .toList();
  }

  /** What a user has who follows the README: the clone, a photograph, faces, predictions. */
  private void prepare() throws IOException {
    for (String entry : List.of("facealign", "cli", "proto", "docs")) {
      Files.createSymbolicLink(folder.resolve(entry), Readme.PROJECT.resolve(entry));
    }
    Files.copy(Readme.PROJECT.resolve("docs/demo-sheet.jpg"), folder.resolve("photo.jpg"));
    Files.createDirectories(folder.resolve("path/to"));
    RenderedDataset.write(folder.resolve("path/to/300w"), 48, 8, 128, 1);
    Path modules = Readme.PROJECT.resolve("benchmarks/peers/node/node_modules");
    if (Files.isDirectory(modules)) {
      Files.createSymbolicLink(folder.resolve("node_modules"), modules);
    }
    Files.writeString(folder.resolve("Detect.java"), change(Readme.example("java")));
    Files.writeString(folder.resolve("detect.js"), change(Readme.example("js")));
    Random random = new Random(1);
    StringBuilder faces = new StringBuilder();
    for (int face = 0; face < 5; face++) {
      faces.append("face-").append(face);
      random.doubles(136, 0, 200).forEach(value -> faces.append(',').append(value));
      faces.append('\n');
    }
    Files.writeString(folder.resolve("t.csv"), faces);
    Files.writeString(folder.resolve("p.csv"), faces);
  }

  private void runBlock(List<Readme.Block> blocks, String heading) throws Exception {
    for (Readme.Block block : blocks) {
      if (block.heading().equals(heading) && block.language().isEmpty()) {
        for (String command : Readme.commands(block)) {
          run(command);
        }
      }
    }
  }

  private void run(String command) throws Exception {
    if (LEFT_OUT.containsKey(command)) {
      report.add("left out  " + command + "   (" + LEFT_OUT.get(command) + ")");
      return;
    }
    for (String program :
        List.of("grpcurl", "kcat", "kafka-console-producer.sh", "node", "protoc")) {
      if (Pattern.compile("(^|[|&] )" + program + " ").matcher(command).find()
          && !installed(program)) {
        report.add("skipped   " + command + "   (no " + program + " here)");
        return;
      }
    }
    if (command.startsWith("node ") && !Files.exists(folder.resolve("node_modules"))) {
      report.add("skipped   " + command + "   (npm ci in benchmarks/peers/node first)");
      return;
    }
    if (command.contains("python3 ")
        && run("import grpc", "/usr/bin/python3", "-c", "import grpc") != 0) {
      report.add("skipped   " + command + "   (no python3-grpcio here)");
      return;
    }
    if (command.contains("compare champion")) {
      // The champion that came with facealign has not been measured by then.
      run("./facealign evaluate --dataset 300w --split common --model champion");
      assertThat(execute(command)).as("exit code: worse or not").isBetween(0, 1);
      assertThat(output()).contains("NME");
      return;
    }
    assertThat(execute(command)).as(command + "\n" + output()).isZero();
    remember(command);
  }

  private int execute(String command) throws Exception {
    long began = System.nanoTime();
    int code = run(command, "bash", "-e", "-o", "pipefail", "-c", change(command));
    report.add("ran %4.1f s %s".formatted((System.nanoTime() - began) / 1e9, change(command)));
    return code;
  }

  private int run(String what, String... words) throws Exception {
    Process process = start(folder.resolve("output"), words).redirectErrorStream(true).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(what).isTrue();
    return process.exitValue();
  }

  private ProcessBuilder start(Path log, String... words) {
    List<String> command =
        words.length == 1 ? List.of("bash", "-c", "exec " + words[0]) : List.of(words);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(log.toFile());
    builder.environment().put("FACEALIGN_DATA", folder.resolve("data").toString());
    return builder;
  }

  private static boolean installed(String program) throws Exception {
    return new ProcessBuilder("bash", "-c", "command -v " + program).start().waitFor() == 0;
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
  }

  /** Versions that the README can only give examples of. */
  private void remember(String command) throws Exception {
    Matcher version = Pattern.compile("\\b[0-9a-f]{12,64}\\b").matcher(output());
    while (version.find()) {
      if (command.contains("shape fit")) {
        shapeModel = version.group();
      } else if (command.contains("./facealign train --")) {
        // The shape model's comes before it.
        model = version.group();
      }
    }
  }

  private String change(String text) {
    String changed = text;
    for (Map.Entry<String, String> each : REPLACED.entrySet()) {
      changed = changed.replaceAll(each.getKey(), each.getValue());
    }
    return changed
        .replace("1f2e3d4c", shapeModel.isEmpty() ? "1f2e3d4c" : shapeModel)
        .replace("5e6f7a8b", model.isEmpty() ? "5e6f7a8b" : model);
  }
}
