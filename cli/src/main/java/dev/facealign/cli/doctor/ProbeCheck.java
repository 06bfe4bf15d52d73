package dev.facealign.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program that tries something and says in its last line what it found. A native library
 * that crashes takes only that program with it.
 */
final class ProbeCheck implements Check {
  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("(lib[\\w.+-]+\\.so[\\w.]*): cannot open shared object file");

  /** What an exception says, and where a crash happened. */
  private static final Pattern FAILURE =
      Pattern.compile("^(?:Exception in thread|Caused by:|# [CVJj]  ).*");

  private static final String CRASH =
      "# A fatal error has been detected by the Java Runtime Environment:";

  private static final int LONGEST = 300;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Duration bound;
  private final String remedy;

  /**
   * @param command the program and its arguments
   * @param environment variables on top of this process's own
   * @param bound how long it may take
   * @param remedy the next step where what it says names none
   */
  ProbeCheck(
      String name,
      List<String> command,
      Map<String, String> environment,
      Duration bound,
      String remedy) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.bound = bound;
    this.remedy = remedy;
  }

  @Override
  public Finding look() throws InterruptedException {
    Path folder = null;
    try {
      // A crash leaves its report in the working folder.
      folder = Files.createTempDirectory("facealign-doctor");
      return run(folder);
    } catch (IOException e) {
      return Finding.problem(name, "cannot be tried: " + e, remedy);
    } finally {
      delete(folder);
    }
  }

  private Finding run(Path folder) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        return Finding.problem(
            name, "no answer within " + bound.toSeconds() + " s", "try again on a calmer machine");
      }
    } finally {
      process.destroyForcibly();
    }
    List<String> lines =
        new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    if (process.exitValue() == 0 && !lines.isEmpty()) {
      return Finding.ok(name, lines.get(lines.size() - 1).strip());
    }
    return failed(process.exitValue(), lines);
  }

  private Finding failed(int code, List<String> lines) {
    String why =
        lines.stream()
            .filter(line -> FAILURE.matcher(line).matches())
            .reduce((earlier, later) -> later)
            .orElse(lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1));
    // Above 128 the rest is the signal's number. Java tells of a crash itself where it can.
    boolean crashed = code > 128 || lines.contains(CRASH);
    String found = (crashed ? "crashed: " : "failed: ") + why.replaceFirst("^# [CVJj] +", "");
    Matcher library = MISSING_LIBRARY.matcher(String.join("\n", lines));
    return Finding.problem(
        name,
        found.length() > LONGEST ? found.substring(0, LONGEST) + "..." : found,
        library.find()
            ? "install the package that has " + library.group(1) + " (Debian: apt-file search it)"
            : remedy);
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    List<Path> paths = new ArrayList<>();
    try (var found = Files.walk(folder)) {
      found.forEach(path -> paths.add(0, path));
      for (Path path : paths) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // It lies among temporary files.
    }
  }
}
