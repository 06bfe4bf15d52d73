package dev.facealign.cli.models;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.RollbackModelRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign models rollback}. */
@Command(
    name = "rollback",
    header = "Points an alias back at the version before.",
    footer = {"", "Example:", "  facealign models rollback --reason \"worse on our photos\""})
public final class ModelsRollbackCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(names = "--alias", paramLabel = "ALIAS", description = "The alias (default: champion).")
  private String alias = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(names = "--json", description = "Write the alias as JSON.")
  private boolean json;

  ModelsRollbackCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      RollbackModelRequest request =
          RollbackModelRequest.newBuilder().setAlias(alias).setReason(reason).build();
      AliasAssignment assignment =
          connection.ask(SuiteService.INFERENCE, () -> connection.models().rollbackModel(request));
      AliasLines.print(assignment, json, invocation.console());
    }
    return 0;
  }
}
