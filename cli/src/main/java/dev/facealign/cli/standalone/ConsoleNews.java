package dev.facealign.cli.standalone;

import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the user what happens to the children. */
final class ConsoleNews implements SupervisorNews, AutoCloseable {
  private final Console console;
  private @Nullable ProgressLine progress;

  ConsoleNews(Console console) {
    this.console = console;
  }

  @Override
  public void waiting(List<String> children, Duration since) {
    if (progress == null) {
      progress = console.progress();
    }
    progress.update("waiting for " + String.join(", ", children) + "  " + Figures.span(since));
  }

  @Override
  public void ready(String child, Duration after) {
    console.say(child + " is up (" + Figures.span(after) + ")");
  }

  @Override
  public void restarting(
      Program program, int exitCode, Duration delay, int restart, int mostRestarts) {
    console.say(
        program.name()
            + " ended with exit code "
            + exitCode
            + "; starting it again"
            + (delay.isZero() ? "" : " in " + Figures.span(delay))
            + " ("
            + restart
            + " of "
            + mostRestarts
            + "), log: "
            + program.log());
  }

  @Override
  public void back(String child, Duration after) {
    console.say(child + " is back (" + Figures.span(after) + ")");
  }

  @Override
  public void killed(String child, Duration bound) {
    console.say(child + " did not end within " + bound.toSeconds() + " s and was killed");
  }

  /** The waiting is over. */
  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
