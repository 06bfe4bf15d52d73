package dev.facealign.cli.models;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.PromoteModelRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign models promote}. */
@Command(
    name = "promote",
    header = "Points an alias at a model; the champion is what serves.",
    footer = {
      "",
      "Examples:",
      "  facealign models promote 3f2a91c0d4e5",
      "  facealign models promote mobilenet-v2-68 --alias candidate --reason \"try it\""
    })
public final class ModelsPromoteCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(
      paramLabel = "MODEL",
      description = "Version, prefix of a version, or name (its newest version).")
  private String model = "";

  @Option(names = "--alias", paramLabel = "ALIAS", description = "The alias (default: champion).")
  private String alias = "";

  @Option(
      names = "--expected-current",
      paramLabel = "VERSION",
      description =
          "Only if the alias points at this version now; \"\": only if it points at none.")
  private @Nullable String expectedCurrent;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(names = "--json", description = "Write the alias as JSON.")
  private boolean json;

  ModelsPromoteCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      PromoteModelRequest.Builder request =
          PromoteModelRequest.newBuilder().setModel(model).setAlias(alias).setReason(reason);
      if (expectedCurrent != null) {
        request.setExpectedCurrent(expectedCurrent);
      }
      AliasAssignment assignment =
          connection.ask(
              SuiteService.INFERENCE, () -> connection.models().promoteModel(request.build()));
      AliasLines.print(assignment, json, invocation.console());
    }
    return 0;
  }
}
