package dev.facealign.cli;

import com.google.gson.JsonObject;
import dev.facealign.cli.invocation.Invocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facealign version}. */
@Command(
    name = "version",
    header = "Tells which facealign and which Java this is.",
    footer = {"", "Examples:", "  facealign version", "  facealign version --json"})
final class VersionCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--json", description = "Write it as JSON.")
  private boolean json;

  VersionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (json) {
      JsonObject answer = new JsonObject();
      answer.addProperty("facealign", BuildVersion.facealign());
      answer.addProperty("java", Runtime.version().toString());
      invocation.console().print(answer.toString());
    } else {
      invocation.console().print(new BuildVersion().getVersion()[0]);
    }
    return 0;
  }
}
