package dev.facealign.cli.shape;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ListShapeModelsResponse;
import dev.facealign.v1.ShapeModelSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign shape list}. */
@Command(
    name = "list",
    header = "Lists shape models, newest first.",
    footer = {"", "Example:", "  facealign shape list --json"})
public final class ShapeListCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  ShapeListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      ListShapeModelsResponse answer =
          connection.ask(
              SuiteService.PCA,
              () ->
                  connection
                      .shapeModels()
                      .listShapeModels(ListShapeModelsRequest.getDefaultInstance()));
      if (json) {
        console.print(ProtoJson.pretty(answer));
        return 0;
      }
      Table table =
          new Table(
              "VERSION",
              "DATASET",
              "SPLIT",
              ">FACES",
              "SCHEME",
              "CROP",
              "BOXES",
              "ALIGNMENT",
              ">COMPONENTS",
              "CREATED");
      for (ShapeModelSummary model : answer.getShapeModelsList()) {
        table.row(
            Figures.version(model.getVersion()),
            model.getDataset().getDataset().getName(),
            model.getDataset().getDataset().getSplit(),
            Integer.toString(model.getDataset().getFaces()),
            model.getScheme(),
            ShapeModelWords.crop(model.getCropPolicy()),
            ShapeModelWords.boxes(model.getBoxSource(), model.getBoxJitter()),
            ShapeModelWords.alignment(model.getAlignment()),
            Integer.toString(model.getComponents()),
            Figures.moment(model.getCreatedAt()));
      }
      table.print(console);
    }
    return 0;
  }
}
