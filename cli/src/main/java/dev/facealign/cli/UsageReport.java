package dev.facealign.cli;

import dev.facealign.cli.output.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line: in a line or two, or with the help where no command was
 * named.
 */
final class UsageReport implements IParameterExceptionHandler {
  private static final int WRONG_USAGE = 2;

  private final Console console;

  UsageReport(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched) {
      console.say("facealign: " + e.getMessage());
      unmatched.getSuggestions().stream()
          .limit(3)
          .forEach(s -> console.say("  did you mean " + s + "?"));
    } else if (!(command.getCommand() instanceof Callable)) {
      // A group of commands does nothing itself: all that can be wrong with its own line is that
      // none of them is named.
      console.say(command.getUsageMessage().stripTrailing());
      return WRONG_USAGE;
    } else {
      console.say("facealign: " + e.getMessage());
    }
    console.say("see: " + command.getCommandSpec().qualifiedName() + " --help");
    return WRONG_USAGE;
  }
}
