package dev.facealign.cli.models;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.ListModelsRequest;
import dev.facealign.v1.ListModelsResponse;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign models list}. */
@Command(
    name = "list",
    header = "Lists models, newest first.",
    footer = {
      "",
      "Examples:",
      "  facealign models list",
      "  facealign models list --name mobilenet-v2-68 --json"
    })
public final class ModelsListCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(names = "--name", paramLabel = "NAME", description = "Only versions of this model.")
  private String name = "";

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  ModelsListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      ListModelsRequest request = ListModelsRequest.newBuilder().setName(name).build();
      ListModelsResponse answer =
          connection.ask(SuiteService.INFERENCE, () -> connection.models().listModels(request));
      if (json) {
        console.print(ProtoJson.pretty(answer));
        return 0;
      }
      Table table =
          new Table(
              "VERSION",
              "NAME",
              "ALIASES",
              "NETWORK",
              "SCHEME",
              ">INPUT",
              ">HELD-OUT NME",
              ">INT8 NME",
              ">EPOCH",
              "CREATED");
      for (Model model : answer.getModelsList()) {
        ModelManifest manifest = model.getManifest();
        table.row(
            Figures.version(manifest.getVersion()),
            manifest.getName(),
            model.getAliasesCount() == 0 ? "-" : String.join(",", model.getAliasesList()),
            Figures.word(manifest.getNetwork(), "NETWORK_"),
            manifest.getScheme(),
            manifest.getInputSizePx() + " px",
            manifest.hasImported() ? "-" : Figures.percent(manifest.getValidationNme(), 2),
            int8(manifest),
            manifest.getEpoch() == 0 ? "-" : Integer.toString(manifest.getEpoch()),
            Figures.moment(manifest.getCreatedAt()));
      }
      table.print(console);
    }
    return 0;
  }

  /** Of the 8-bit network, on the same faces; in brackets where it is not offered. */
  private static String int8(ModelManifest manifest) {
    if (!manifest.hasInt8()) {
      return "-";
    }
    String nme = Figures.percent(manifest.getInt8().getValidationNme(), 2);
    return manifest.getInt8().getOffered() ? nme : "(" + nme + ")";
  }
}
