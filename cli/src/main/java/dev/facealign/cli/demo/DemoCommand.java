package dev.facealign.cli.demo;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.StopOnSignal;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.Installation;
import dev.facealign.cli.standalone.Ports;
import dev.facealign.cli.standalone.StandaloneSuite;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.cli.standalone.Trainers;
import dev.facealign.v1.SubsetMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facealign demo}. */
@Command(
    name = "demo",
    header = "Runs the whole loop in one command, in minutes.",
    description = {
      "",
      "Starts Kafka and the services in a data folder of its own, fits a shape model, trains with the ACR loss through"
          + " Kafka, measures and promotes the model, and detects the landmarks of test faces. Leaves DIR/sheet.png"
          + " (detected points against the truth), DIR/ced.svg, DIR/calibration.svg (expected errors"
          + " against true ones) and DIR/report.json.",
      "",
      "Without --dataset it draws its own faces; those are drawings, so that nothing has to be downloaded."
    },
    exitCodeList = {"0:done", "1:a step failed", "2:wrong usage", "130:ended by Ctrl-C"},
    footer = {
      "",
      "Examples:",
      "  facealign demo",
      "  facealign demo --keep",
      "  facealign demo --dataset /data/300w --out demo-300w"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration START_BOUND = Duration.ofMinutes(2);
  private static final String OWN_DATA = "data";

  private final Invocation invocation;

  @Option(
      names = "--dataset",
      paramLabel = "DIR",
      description = "A folder in 300W's layout instead of rendered faces.")
  private @Nullable Path dataset;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "With --dataset: faces to measure on (default: test).")
  private @Nullable String testSplit;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("facealign-demo");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the suite (default: a new one in --out).")
  private @Nullable Path data;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      description = "Added to every port (default: the first multiple of 100 with free ports).")
  private @Nullable Integer portOffset;

  @Option(
      names = "--quick",
      description = "Few faces and little training: shows that everything works, not how well.")
  private boolean quick;

  @Option(names = "--keep", description = "Keep the suite running until Ctrl-C.")
  private boolean keep;

  DemoCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    long began = System.nanoTime();
    Path photos = dataset == null ? null : invocation.resolve(dataset).toAbsolutePath();
    DemoSettings settings = settings(photos);
    Path results = invocation.resolve(out).toAbsolutePath();
    DemoFolder folder =
        new DemoFolder(
            results,
            new DataFolder(data == null ? results.resolve(OWN_DATA) : invocation.resolve(data)),
            data == null);
    folder.create();
    StandaloneSuite suite =
        StandaloneSuite.prepare(
            folder.data(),
            ports(console),
            Trainers.ONE,
            Installation.of(invocation),
            // What it trains itself is to be the champion.
            Optional.empty(),
            START_BOUND,
            invocation);
    StopOnSignal interrupted =
        new StopOnSignal(() -> stop(suite, console), StopOnSignal.INTERRUPTED);
    try (suite) {
      Demo demo = new Demo(settings, folder, suite, !keep, console);
      Demo.Result result = demo.run(photos);
      if (!keep) {
        demo.stop();
      }
      summary(result, folder, Duration.ofNanos(System.nanoTime() - began));
      if (keep) {
        interrupted.close();
        stayUp(suite, folder);
      }
    } finally {
      interrupted.close();
    }
    return 0;
  }

  private static void stop(StandaloneSuite suite, Console console) {
    console.say("stopping");
    suite.close();
  }

  private DemoSettings settings(@Nullable Path photos) {
    if (photos == null) {
      if (testSplit != null) {
        throw new CommandFailure(
            "--split: " + testSplit + " (expected: only together with --dataset)");
      }
      return quick ? DemoSettings.quick() : DemoSettings.rendered();
    }
    if (quick) {
      throw new CommandFailure("--quick: given with --dataset (expected: one of them)");
    }
    if (!Files.isDirectory(photos)) {
      throw new CommandFailure(
          "--dataset: "
              + photos
              + " (expected: a folder with pictures and .pts files, such as 300W's)");
    }
    DemoSettings settings = DemoSettings.photos(String.valueOf(photos.getFileName()));
    return testSplit == null ? settings : settings.withTestSplit(testSplit);
  }

  private Ports ports(Console console) {
    if (portOffset != null) {
      return new Ports(portOffset);
    }
    int offset =
        Ports.freeOffset()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "ports: none free (expected: ten free ports; choose some with --port-offset)"));
    if (offset != 0) {
      console.say("the usual ports are in use; taking those " + offset + " above");
    }
    return new Ports(offset);
  }

  private void summary(Demo.Result result, DemoFolder folder, Duration total) {
    Console console = invocation.console();
    SubsetMetrics overall = result.overall();
    console.print("");
    Table times = new Table("STEP", ">TIME");
    for (DemoSteps.Taken step : result.steps()) {
      times.row(step.title(), Figures.span(step.time()));
    }
    times.row("total", Figures.span(total));
    times.print(console);
    console.print("");
    console.print(
        "NME "
            + Figures.percent(overall.getNme(), 2)
            + "  FR@10% "
            + Figures.percent(overall.getFrAt010(), 2)
            + "  AUC@10% "
            + Figures.decimal(overall.getAucAt010(), 4)
            + "  on "
            + overall.getFaces()
            + " test faces"
            + (dataset == null ? " (rendered: they say nothing about photographs)" : ""));
    console.print("model   " + result.modelVersion());
    console.print("sheet   " + folder.sheet());
    console.print("CED     " + folder.ced());
    if (result.report().hasCertainty()) {
      console.print("errors  " + folder.calibration());
    }
    console.print("report  " + folder.report());
    console.print("logs    " + folder.data().logs());
    if (!keep) {
      console.print("run again with --keep to call the service, or start it with:");
      console.print("  facealign up --data " + folder.data().root());
    }
  }

  private void stayUp(StandaloneSuite suite, DemoFolder folder) throws InterruptedException {
    Console console = invocation.console();
    String address = Ports.HOST + ":" + suite.ports().grpc(SuiteService.INFERENCE);
    console.print("");
    console.print("The service runs at " + address + " (gRPC, reflection on). Call it:");
    console.print("  facealign detect photo.jpg --out landmarks --data " + folder.data().root());
    // From standard input: a photo is longer than a command's argument may be.
    console.print(
        "  echo \"{\\\"image\\\": \\\"$(base64 -w0 photo.jpg)\\\"}\" | grpcurl -plaintext -d @ "
            + address
            + " facealign.v1.Landmarks/DetectImage");
    console.print(
        "  FACEALIGN_INFERENCE_ADDRESS="
            + address
            + " python3 docs/examples/detect.py photo.jpg   (its first lines say how to make the stubs)");
    console.print("Stop with Ctrl-C.");
    StopOnSignal onSignal = new StopOnSignal(() -> stop(suite, console), 0);
    try {
      suite.awaitEnd();
    } finally {
      onSignal.close();
    }
  }
}
