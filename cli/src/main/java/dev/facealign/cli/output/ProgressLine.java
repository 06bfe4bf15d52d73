package dev.facealign.cli.output;

import java.time.Duration;

/**
 * The progress of one activity: a line redrawn in place on a terminal, and a line now and then
 * elsewhere. Closing it takes the redrawn line away.
 */
public final class ProgressLine implements AutoCloseable {
  private static final long BETWEEN_REDRAWS = Duration.ofMillis(80).toNanos();
  private static final long BETWEEN_PLAIN_LINES = Duration.ofSeconds(30).toNanos();
  private static final int BAR_CELLS = 20;

  private final Console console;
  private long last;

  ProgressLine(Console console) {
    this.console = console;
    // The first redraw comes at once, the first plain line only when the activity proves to be
    // long.
    this.last = console.interactive() ? System.nanoTime() - BETWEEN_REDRAWS : System.nanoTime();
  }

  /** Shows where the activity stands; may be called as often as it likes. */
  public void update(String text) {
    long now = System.nanoTime();
    if (console.interactive()) {
      if (now - last >= BETWEEN_REDRAWS) {
        last = now;
        console.redraw(text);
      }
    } else if (now - last >= BETWEEN_PLAIN_LINES) {
      last = now;
      console.say(text);
    }
  }

  /**
   * Shows where the activity stands at a point that deserves a line of its own where lines are not
   * redrawn.
   */
  public void mark(String text) {
    last = System.nanoTime();
    if (console.interactive()) {
      console.redraw(text);
    } else {
      console.say(text);
    }
  }

  @Override
  public void close() {
    console.redraw("");
  }

  /** A bar such as {@code [#####...............]}. */
  public static String bar(double share) {
    int full = (int) Math.floor(Math.min(1, Math.max(0, share)) * BAR_CELLS);
    return "[" + "#".repeat(full) + ".".repeat(BAR_CELLS - full) + "]";
  }
}
