package dev.facealign.cli;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.fault.FaultException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Says why a command failed. */
final class FailureReport {
  private static final int FAILED = 1;

  private FailureReport() {}

  /**
   * One line, and the failure's details; a stack trace only where it is asked for. Returns the exit
   * code.
   */
  static int print(Exception failure, boolean verbose, Console console) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    console.say("facealign: " + message(failure, verbose));
    if (failure instanceof CommandFailure known) {
      known.details().forEach(console::say);
    }
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      console.say(trace.toString().stripTrailing());
    }
    return FAILED;
  }

  private static String message(Exception failure, boolean verbose) {
    if (failure instanceof CommandFailure || failure instanceof FaultException) {
      return String.valueOf(failure.getMessage());
    }
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    return "unexpected: " + failure + (verbose ? "" : " (see where with --verbose)");
  }
}
