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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code facealign evaluate}. */
@Command(
    name = "evaluate",
    header = "Measures a model on annotated faces through the inference service.",
    description = {"", "The report is stored; eval-service shows it on its page /reports."},
    footer = {
      "",
      "Examples:",
      "  facealign evaluate --protocol 300w-full --boxes detector",
      "  facealign evaluate --dataset 300w --split lfpw/testset",
      "  facealign evaluate --dataset 300w --split common --report common.html",
      "  facealign evaluate --dataset 300w --split test --model mobilenet-v2-68 --promote",
      "  facealign evaluate --unfinished",
      "  facealign evaluate --resume 20260102-030405-6789abcd"
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

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "300w-common, 300w-challenging, 300w-full, cofw-test: says dataset, split and scheme; facealign protocols tells"
              + " more.")
  private String protocol = "";

  @Option(
      names = "--dataset",
      paramLabel = "NAME|DIR|NAME=DIR",
      description =
          "The dataset: its name, or a folder on this machine (with --protocol, default: the protocol's).")
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

  @Option(
      names = "--resume",
      paramLabel = "ID",
      description = "Go on with an evaluation that ended early, as it was asked for.")
  private String resume = "";

  @Option(
      names = "--unfinished",
      description = "List the evaluations that run or ended early, and measure nothing.")
  private boolean unfinished;

  @Option(
      names = "--json",
      description = "Write the report as JSON, with its faces unless they take more than 3 MiB.")
  private boolean json;

  EvaluateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    requireOptions();
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      if (unfinished) {
        new UnfinishedLines(connection).print(console);
        return 0;
      }
      EvaluateRequest request =
          resume.isEmpty()
              ? request(connection)
              : EvaluateRequest.newBuilder().setEvaluationId(resume).build();
      Evaluation report = new EvaluationRun(connection, console).run(request);
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

  private EvaluateRequest request(SuiteConnection connection) {
    EvaluateRequest.Builder request =
        EvaluateRequest.newBuilder()
            .setProtocol(protocol)
            .setModel(model)
            .setBoxSource(boxes.source)
            .setPromoteIfBetter(promote);
    DatasetRef.Builder faces = DatasetRef.newBuilder().setSplit(split).setScheme(scheme);
    if (!dataset.isEmpty()) {
      faces.setName(DatasetArgument.resolve(dataset, connection, invocation));
    }
    if (!faces.build().equals(DatasetRef.getDefaultInstance())) {
      request.setDataset(faces);
    }
    jitter.jitter(boxes == Boxes.jittered).ifPresent(request::setBoxJitter);
    return request.build();
  }

  private void requireOptions() {
    boolean any = !dataset.isEmpty() || !protocol.isEmpty();
    if (!any && resume.isEmpty() && !unfinished) {
      throw usage("--dataset or --protocol: missing (expected: one of them, or --resume)");
    }
    if (!resume.isEmpty()
        && (any || !split.isEmpty() || !scheme.isEmpty() || !model.isEmpty() || promote)) {
      throw usage("--resume: beside others (expected: alone; it goes on as it was asked for)");
    }
    if (!protocol.isEmpty() && (!split.isEmpty() || !scheme.isEmpty())) {
      throw usage("--split, --scheme: beside --protocol (expected: neither; it says both)");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
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
