package dev.facealign.cli.output;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * The two streams of a command line: results on standard output, news on standard error. On a
 * terminal, news may have one last line that is redrawn in place; other lines are written above it.
 * Safe for use by several threads.
 */
public final class Console {
  private static final String ERASE_LINE = "\r\u001B[2K";
  private static final int USUAL_WIDTH = 80;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private final int width;
  private String drawn = "";

  /**
   * @param interactive lines may be redrawn in place
   * @param width columns of the terminal
   */
  public Console(PrintStream out, PrintStream err, boolean interactive, int width) {
    this.out = out;
    this.err = err;
    this.interactive = interactive;
    this.width = width;
  }

  /**
   * The process's own streams. They are a terminal's unless they are redirected, TERM is "dumb" or
   * NO_COLOR is set.
   */
  public static Console ofProcess(Map<String, String> environment) {
    boolean interactive =
        isTerminal()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb")
            && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Console(System.out, System.err, interactive, width(environment));
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::saysTerminal).orElse(false);
  }

  /** From Java 22 on there is a console without a terminal too, and a method that tells. */
  private static boolean saysTerminal(java.io.Console console) {
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static int width(Map<String, String> environment) {
    try {
      return Math.max(20, Integer.parseInt(environment.getOrDefault("COLUMNS", "")));
    } catch (NumberFormatException e) {
      return USUAL_WIDTH;
    }
  }

  /** Whether lines may be redrawn in place. */
  public boolean interactive() {
    return interactive;
  }

  /** Writes a line of the command's result. */
  public synchronized void print(String line) {
    erase();
    out.println(line);
    out.flush();
    draw();
  }

  /** Writes a line of news. */
  public synchronized void say(String line) {
    erase();
    err.println(line);
    err.flush();
    draw();
  }

  /** Begins an activity whose progress is shown. */
  public ProgressLine progress() {
    return new ProgressLine(this);
  }

  /**
   * Draws the last line anew; an empty text removes it. Does nothing where lines cannot be redrawn.
   */
  synchronized void redraw(String text) {
    if (!interactive) {
      return;
    }
    erase();
    drawn = text.length() < width ? text : text.substring(0, width - 1);
    draw();
  }

  private void erase() {
    if (!drawn.isEmpty()) {
      err.print(ERASE_LINE);
      err.flush();
    }
  }

  private void draw() {
    if (!drawn.isEmpty()) {
      err.print(drawn);
      err.flush();
    }
  }
}
