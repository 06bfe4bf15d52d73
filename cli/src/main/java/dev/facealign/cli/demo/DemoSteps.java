package dev.facealign.cli.demo;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.standalone.LogTail;
import dev.facealign.fault.FaultException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbered steps with their times. A step that fails ends the demo, with its number, the reason and
 * the log's end.
 */
final class DemoSteps {
  private static final int TAIL_LINES = 15;

  /** A step that ran. */
  record Taken(String title, Duration time) {}

  /** What a step does. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /** What a step's outcome is in words; empty for none. */
  @FunctionalInterface
  interface Outcome<T> {
    String of(T result);
  }

  private final Console console;
  private final int total;
  private final List<Taken> taken = new ArrayList<>();

  DemoSteps(Console console, int total) {
    this.console = console;
    this.total = total;
  }

  /**
   * Runs the next step.
   *
   * @param log where the program writes that does the work; null for none
   */
  <T> T run(String title, @Nullable Path log, Work<T> work, Outcome<T> outcome)
      throws InterruptedException {
    int number = taken.size() + 1;
    console.say("[" + number + "/" + total + "] " + title);
    long began = System.nanoTime();
    T result;
    try {
      result = work.run();
    } catch (CommandFailure | FaultException e) {
      throw failure(number, title, log, e);
    }
    Duration time = Duration.ofNanos(System.nanoTime() - began);
    taken.add(new Taken(title, time));
    String words = outcome.of(result);
    console.say("      " + Figures.span(time) + (words.isEmpty() ? "" : "  " + words));
    return result;
  }

  private CommandFailure failure(int number, String title, @Nullable Path log, RuntimeException e) {
    List<String> details = new ArrayList<>();
    if (e instanceof CommandFailure failure) {
      details.addAll(failure.details());
    }
    // A child that died has its log shown already.
    if (details.isEmpty() && log != null) {
      details.add("log: " + log);
      LogTail.of(log, TAIL_LINES).forEach(line -> details.add("  | " + line));
    }
    return new CommandFailure(
        "demo: step " + number + " of " + total + " (" + title + ") failed: " + e.getMessage(),
        details,
        e);
  }

  /** The steps so far. */
  List<Taken> taken() {
    return List.copyOf(taken);
  }
}
