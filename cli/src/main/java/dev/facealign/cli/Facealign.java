package dev.facealign.cli;

import dev.facealign.cli.bench.BenchCommand;
import dev.facealign.cli.dataset.DatasetCommand;
import dev.facealign.cli.demo.DemoCommand;
import dev.facealign.cli.detect.DetectCommand;
import dev.facealign.cli.doctor.DoctorCommand;
import dev.facealign.cli.evaluate.CompareCommand;
import dev.facealign.cli.evaluate.EvaluateCommand;
import dev.facealign.cli.evaluate.ProtocolsCommand;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.metrics.MetricsCommand;
import dev.facealign.cli.models.ModelsCommand;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.shape.ShapeCommand;
import dev.facealign.cli.standalone.UpCommand;
import dev.facealign.cli.sweep.SweepCommand;
import dev.facealign.cli.training.JobsCommand;
import dev.facealign.cli.training.TrainCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * {@code facealign}: the suite's command line. Exits with 0 when done, 1 when it failed, 2 for
 * wrong usage.
 */
@Command(
    name = "facealign",
    header = "Face alignment: from annotated faces to a service that finds landmarks.",
    versionProvider = BuildVersion.class,
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DatasetCommand.class,
      ShapeCommand.class,
      TrainCommand.class,
      SweepCommand.class,
      JobsCommand.class,
      ModelsCommand.class,
      DetectCommand.class,
      EvaluateCommand.class,
      CompareCommand.class,
      ProtocolsCommand.class,
      MetricsCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Start here:",
      "  facealign doctor                whether this machine can run the suite",
      "  facealign detect photo.jpg      landmarks at once, by the model that is here",
      "  facealign demo                  the whole loop on rendered faces, in minutes",
      "  facealign up                    the suite on this machine, until Ctrl-C; then:",
      "    facealign shape fit --dataset /data/300w",
      "    facealign train --dataset 300w --size 112 --epochs 30",
      "    facealign evaluate --dataset 300w --model mobilenet-v2-68 --promote",
      "    facealign detect photo.jpg --out landmarks",
      "",
      "The script in the project's folder also knows:",
      "  ./facealign build   packages again; it does so by itself when sources changed",
      "  ./facealign test    all checks and tests"
    })
public final class Facealign {
  /** Of commands that have no others. */
  private static final Map<String, String> EXIT_CODES =
      new TreeMap<>(
          Map.of(
              "0", "done",
              "1", "failed; the first line on standard error says why",
              "2", "wrong usage"));

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of failures.")
  private boolean verbose;

  private Facealign() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    // The services' class path has a logback.xml of its own.
    System.setProperty("logback.configurationFile", "logback-cli.xml");
    // gRPC logs there what the command says in its own words.
    LogManager.getLogManager().reset();
    Map<String, String> environment = System.getenv();
    Invocation invocation =
        new Invocation(Console.ofProcess(environment), environment, Path.of("").toAbsolutePath());
    System.exit(run(invocation, arguments));
  }

  /** Runs one command and returns its exit code. */
  static int run(Invocation invocation, String... arguments) {
    return commands(invocation).execute(arguments);
  }

  /** All commands. */
  static CommandLine commands(Invocation invocation) {
    Facealign root = new Facealign();
    CommandLine line = new CommandLine(root, new CommandFactory(invocation));
    offerHelp(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) ->
            FailureReport.print(failure, root.verbose, invocation.console()));
    line.setParameterExceptionHandler(new UsageReport(invocation.console()));
    return line;
  }

  private static void offerHelp(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    usage.exitCodeListHeading("%nExit codes:%n");
    if (usage.exitCodeList().isEmpty()) {
      usage.exitCodeList(EXIT_CODES);
    }
    line.getSubcommands().values().forEach(Facealign::offerHelp);
  }
}
