package dev.facealign.cli.models;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.GetModelRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign models show}. */
@Command(
    name = "show",
    header = "Writes a model's manifest and aliases as JSON.",
    footer = {"", "Example:", "  facealign models show champion"})
public final class ModelsShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(
      paramLabel = "MODEL",
      description = "Alias, version, prefix of a version, or name (its newest version).")
  private String model = "";

  // Whoever asks every command for JSON may ask this one too.
  @SuppressWarnings("unused")
  @Option(names = "--json", description = "Changes nothing here: a manifest is always JSON.")
  private boolean json;

  ModelsShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      GetModelRequest request = GetModelRequest.newBuilder().setModel(model).build();
      invocation
          .console()
          .print(
              ProtoJson.pretty(
                  connection.ask(
                      SuiteService.INFERENCE, () -> connection.models().getModel(request))));
    }
    return 0;
  }
}
