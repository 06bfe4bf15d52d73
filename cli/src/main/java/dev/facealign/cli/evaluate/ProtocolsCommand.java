package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.ListProtocolsRequest;
import dev.facealign.v1.ListProtocolsResponse;
import dev.facealign.v1.Protocol;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign protocols}. */
@Command(
    name = "protocols",
    header = "Lists what published figures are measured on, for evaluate --protocol.",
    footer = {
      "",
      "Examples:",
      "  facealign protocols",
      "  facealign evaluate --protocol 300w-full",
      "  facealign evaluate --protocol cofw-test --dataset /data/cofw"
    })
public final class ProtocolsCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(names = "--json", description = "Write them as JSON.")
  private boolean json;

  ProtocolsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    ListProtocolsResponse known;
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      known =
          connection.ask(
              SuiteService.EVALUATION,
              () ->
                  connection
                      .evaluations()
                      .listProtocols(ListProtocolsRequest.getDefaultInstance()));
    }
    if (json) {
      console.print(ProtoJson.pretty(known));
      return 0;
    }
    Table table = new Table("PROTOCOL", ">FACES", "DATASET", "SPLIT", ">POINTS", "WHAT");
    for (Protocol protocol : known.getProtocolsList()) {
      table.row(
          protocol.getId(),
          Integer.toString(protocol.getFaces()),
          protocol.getDataset().getName(),
          protocol.getDataset().getSplit(),
          protocol.getDataset().getScheme(),
          protocol.getDescription());
    }
    table.print(console);
    console.print(
        "Errors by the outer eye corners' distance, around the true points' box, as published;");
    console.print(
        "--boxes jittered and --boxes detector measure with others. Faces that are missing are told.");
    return 0;
  }
}
