package dev.facealign.cli;

import dev.facealign.cli.invocation.Invocation;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code facealign completion}. */
@Command(
    name = "completion",
    header = "Writes a script that teaches a shell to complete commands, options and their values.",
    description = {
      "",
      "It completes `facealign` and `./facealign`. For good, put the first example (bash) or the second (zsh) into"
          + " ~/.bashrc or ~/.zshrc."
    },
    footer = {
      "",
      "Examples:",
      "  source <(./facealign completion bash)",
      "  source <(./facealign completion zsh)",
      "  ./facealign completion bash > ~/.local/share/bash-completion/completions/facealign"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SHELL",
      arity = "0..1",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); one script serves both.")
  private Shell shell = Shell.bash;

  /** Shells that are served; zsh has bash's completion built in (bashcompinit). */
  private enum Shell {
    bash,
    zsh
  }

  CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    CommandSpec root = spec.root();
    invocation.console().print(AutoComplete.bash(root.name(), root.commandLine()));
    if (invocation.console().interactive()) {
      invocation
          .console()
          .say("this script is to be sourced: source <(./facealign completion " + shell + ")");
    }
    return 0;
  }
}
