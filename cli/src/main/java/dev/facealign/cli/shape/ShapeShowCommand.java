package dev.facealign.cli.shape;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.shape.report.ShapeModelReport;
import dev.facealign.shape.report.ShapeModelReport.Mark;
import dev.facealign.shape.report.ShapeModelReport.Mode;
import dev.facealign.shape.report.ShapeModelSheet;
import dev.facealign.v1.GetShapeModelRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code facealign shape show}. */
@Command(
    name = "show",
    header = "Shows what a shape model has learned, in numbers and in pictures.",
    description = {
      "Writes the eigenvalues; with --out also one sheet, as SVG and as PNG, and all numbers as JSON: the mean face and"
          + " its regions, how each point strays, how many components explain how much of the variance, the first modes"
          + " as faces, the eigenvalues."
    },
    footer = {
      "",
      "Examples:",
      "  facealign shape show 1a2b3c4d",
      "  facealign shape show 1a2b3c4d --out report --modes 10",
      "  facealign shape show 1a2b3c4d --json | jq .components_by_variance"
    })
public final class ShapeShowCommand implements Callable<Integer> {
  private static final int MOST_MODES = 20;
  private static final int TABLE_ROWS = 12;

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Spec private @Nullable CommandSpec command;

  @Parameters(paramLabel = "VERSION", description = "The shape model: version or prefix.")
  private String version = "";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write shape-<version>.svg, .png and .json there.")
  private @Nullable Path out;

  @Option(
      names = "--modes",
      paramLabel = "N",
      description = "Modes to draw, 0 to 20 (default: ${DEFAULT-VALUE}).")
  private int modes = 6;

  @Option(names = "--json", description = "Write all numbers as JSON.")
  private boolean json;

  ShapeShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if ((modes < 0 || modes > MOST_MODES) && command != null) {
      throw new ParameterException(
          command.commandLine(), "--modes: " + modes + " (expected: 0 to " + MOST_MODES + ")");
    }
    ReceivedShapeModel received = fetch();
    ShapeModelReport report = new ShapeModelReport(received.model());
    Console console = invocation.console();
    if (json) {
      console.print(ShapeModelJson.of(received, report, modes));
    } else {
      console.print(title(received));
      console.print(subtitle(received));
      console.print(
          report.marks().stream()
              .map(ShapeShowCommand::word)
              .collect(Collectors.joining(", ", "components for the variance: ", "")));
      table(report).print(console);
    }
    if (out != null) {
      write(received, report, invocation.resolve(out));
    }
    return 0;
  }

  private ReceivedShapeModel fetch() {
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      GetShapeModelRequest request = GetShapeModelRequest.newBuilder().setVersion(version).build();
      return ReceivedShapeModel.of(
          connection.ask(SuiteService.PCA, () -> connection.shapeModels().getShapeModel(request)));
    }
  }

  private void write(ReceivedShapeModel received, ShapeModelReport report, Path folder) {
    String name = "shape-" + Figures.version(received.message().getVersion());
    ShapeModelSheet sheet = new ShapeModelSheet(report, title(received), subtitle(received), modes);
    Path svg = folder.resolve(name + ".svg");
    Path png = folder.resolve(name + ".png");
    Path numbers = folder.resolve(name + ".json");
    try {
      Files.createDirectories(folder);
      Files.writeString(numbers, ShapeModelJson.of(received, report, modes) + "\n");
    } catch (IOException e) {
      throw SheetFiles.cannotWrite(numbers, e);
    }
    SheetFiles.writeSvg(sheet, title(received), subtitle(received), svg);
    SheetFiles.writePng(sheet, png);
    for (Path file : new Path[] {svg, png, numbers}) {
      invocation.console().say("wrote " + file);
    }
  }

  private static String title(ReceivedShapeModel received) {
    return "Shape model " + Figures.version(received.message().getVersion());
  }

  private static String subtitle(ReceivedShapeModel received) {
    dev.facealign.v1.ShapeModel message = received.message();
    return "%s / %s \u00b7 %d faces%s \u00b7 scheme %s \u00b7 %s crop, boxes: %s \u00b7 alignment: %s \u00b7 %d components"
        .formatted(
            message.getDataset().getDataset().getName(),
            message.getDataset().getDataset().getSplit(),
            message.getDataset().getFaces(),
            message.getDataset().getExpectedFaces() > message.getDataset().getFaces()
                ? " of " + message.getDataset().getExpectedFaces()
                : "",
            message.getScheme(),
            ShapeModelWords.crop(message.getCropPolicy()),
            ShapeModelWords.boxes(message.getBoxSource(), message.getBoxJitter()),
            ShapeModelWords.alignment(message.getAlignment()),
            received.model().componentCount());
  }

  private static String word(Mark mark) {
    return mark.components() + " for " + Figures.percent(mark.share(), 0);
  }

  private static Table table(ShapeModelReport report) {
    Table table =
        new Table(">MODE", ">EIGENVALUE", ">MOVES A POINT BY", ">SHARE", ">SUM OF SHARES");
    for (Mode mode : report.modes()) {
      if (mode.number() <= TABLE_ROWS) {
        table.row(
            Integer.toString(mode.number()),
            Figures.significant(mode.eigenvalue(), 4),
            Figures.percent(mode.pointMovement(), 2),
            Figures.percent(mode.share(), 2),
            Figures.percent(mode.cumulativeShare(), 2));
      }
    }
    return table;
  }
}
