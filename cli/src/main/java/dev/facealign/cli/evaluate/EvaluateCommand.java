package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.DatasetArgument;
import dev.facealign.cli.client.JitterOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Measures a model on annotated faces through the inference service and stores a report.",
    footer = {
      "",
      "Examples:",
      "  facealign evaluate --dataset 300w --split lfpw/testset",
      "  facealign evaluate --dataset 300w --split common --report common.html",
      "  facealign evaluate --dataset 300w --split test --model mobilenet-v2-68 --promote"
    })
public final class EvaluateCommand implements Callable<Integer> {
  /** Where the network looks, by the names users give. */
  enum Boxes {
    truth(BoxSource.BOX_SOURCE_GROUND_TRUTH),
    given(BoxSource.BOX_SOURCE_GIVEN),
    jittered(BoxSource.BOX_SOURCE_JITTERED),
    detector(BoxSource.BOX_SOURCE_DETECTOR);

    private final BoxSource source;

    Boxes(BoxSource source) {
      this.source = source;
    }
  }

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "NAME|DIR|NAME=DIR",
      description = "The dataset: its name, or a folder on this machine.")
  private String dataset = "";

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "test, common, challenging, full, or a folder of the dataset (default: test).")
  private String split = "";

  @Option(
      names = "--scheme",
      paramLabel = "ID",
      description = "Landmark scheme: 68, 29 or the dataset's own (default: told by the dataset).")
  private String scheme = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Alias, version, prefix of a version, or name (default: champion).")
  private String model = "";

  @Option(
      names = "--boxes",
      description =
          "Where the network looks: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Boxes boxes = Boxes.truth;

  @Mixin private JitterOptions jitter = new JitterOptions();

  @Option(
      names = "--promote",
      description =
          "Make the model champion if there is none, or if it is better than the champion.")
  private boolean promote;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the report as a page for people, too: one HTML file.")
  private @Nullable Path reportFile;

  @Option(names = "--json", description = "Write the report as JSON, every face included.")
  private boolean json;

  EvaluateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      EvaluateRequest.Builder request =
          EvaluateRequest.newBuilder()
              .setDataset(
                  DatasetRef.newBuilder()
                      .setName(DatasetArgument.resolve(dataset, connection, invocation))
                      .setSplit(split)
                      .setScheme(scheme))
              .setModel(model)
              .setBoxSource(boxes.source)
              .setPromoteIfBetter(promote);
      jitter.jitter(boxes == Boxes.jittered).ifPresent(request::setBoxJitter);
      Evaluation report = new EvaluationRun(connection, console).run(request.build());
      if (reportFile != null) {
        ReportFile.write(report.getEvaluationId(), invocation.resolve(reportFile), connection);
      }
      if (json) {
        console.print(ProtoJson.pretty(report));
        return 0;
      }
      ReportLines.of(report).forEach(console::print);
      console.print("report " + location(report, connection));
      if (reportFile != null) {
        console.print("page " + reportFile);
      }
    }
    return 0;
  }

  private static String location(Evaluation report, SuiteConnection connection) {
    return connection
        .standaloneFolder()
        .<Path>map(f -> f.artifacts().resolve("evaluations").resolve(report.getEvaluationId()))
        .filter(Files::isDirectory)
        .map(Path::toString)
        .orElse(report.getEvaluationId());
  }
}
