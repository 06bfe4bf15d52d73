package dev.facealign.cli.bench;

import com.google.gson.GsonBuilder;
import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign bench}. */
@Command(
    name = "bench",
    header = "Puts load on a running inference service and tells how it bears it.",
    description = {
      "",
      "Without --rate so many callers each ask again when they have their answer (a closed loop), which tells what the"
          + " service can bear. With --rate requests come at that rate whatever the service does (an open loop), as those"
          + " of many users do: latencies then run from when a request was due, so that a service that stands still"
          + " cannot hide it."
    },
    exitCodeList = {
      "0:every request was answered, or refused for too much load (RESOURCE_EXHAUSTED)",
      "1:a request failed otherwise",
      "2:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  facealign bench",
      "  facealign bench --rate 50%%,80%%,120%% --unary",
      "  facealign bench photos/ --rate 200 --duration 60 --json",
      "  facealign bench --raw 112 --streams 4 --concurrency 64"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final double LONGEST_SECONDS = 24 * 3600.0;

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();
  @Mixin private RequestSource source = new RequestSource();

  @ArgGroup(validate = false, heading = "%nHow it is sent:%n")
  private Sending sending = new Sending();

  @Option(names = "--json", description = "Write the figures as JSON.")
  private boolean json;

  /** The options. */
  private static final class Sending {
    @Option(
        names = {"--rate", "--rates"},
        split = ",",
        paramLabel = "RATE",
        description =
            "Requests a second, or percent of what the service can bear, which is measured first; several: one after the"
                + " other.")
    List<String> rates = new ArrayList<>();

    @Option(
        names = "--arrivals",
        paramLabel = "HOW",
        description =
            "With --rate: ${COMPLETION-CANDIDATES} distances between requests (default: ${DEFAULT-VALUE}).")
    Arrivals arrivals = Arrivals.poisson;

    @Option(
        names = "--concurrency",
        paramLabel = "N",
        description = "Without a rate: requests under way at a time (default: ${DEFAULT-VALUE}).")
    int concurrency = 32;

    @Option(
        names = "--unary",
        description = "One call a request (DetectImage) instead of streams (Detect).")
    boolean unary;

    @Option(
        names = "--streams",
        paramLabel = "N",
        description = "Streams that requests go over in turn (default: ${DEFAULT-VALUE}).")
    int streams = 8;

    @Option(
        names = "--connections",
        paramLabel = "N",
        description = "HTTP/2 connections (default: ${DEFAULT-VALUE}).")
    int connections = 2;

    @Option(
        names = "--max-open",
        paramLabel = "N",
        description =
            "With --unary and --rate: calls at a time; what is due beyond them waits (default: ${DEFAULT-VALUE}).")
    int maxOpen = 1000;

    @Option(
        names = "--warm-up",
        paramLabel = "SECONDS",
        description = "Before anything is counted, at each load (default: ${DEFAULT-VALUE}).")
    double warmUp = 3;

    @Option(
        names = "--duration",
        paramLabel = "SECONDS",
        description = "What is counted, at each load (default: ${DEFAULT-VALUE}).")
    double duration = 10;

    @Option(
        names = "--requests",
        paramLabel = "N",
        description = "End a load after so many requests, if its time is not over before.")
    long requests = Long.MAX_VALUE;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        description =
            "How long an answer may take; streams: after the last request (default: ${DEFAULT-VALUE}).")
    double timeout = 10;
  }

  BenchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Rate> rates = sending.rates.stream().map(Rate::parse).toList();
    requireOptions();
    List<DetectRequest> requests = source.requests(invocation);
    BenchReport report = new BenchReport(source.words());
    try (SuiteConnection connection = connectionOptions.open(invocation);
        ProgressLine line = invocation.console().progress()) {
      // One request alone: says in words what would otherwise be a thousand failures.
      DetectResponse first =
          connection.ask(
              SuiteService.INFERENCE, () -> connection.landmarks().detectImage(requests.get(0)));
      List<LandmarksGrpc.LandmarksStub> connections =
          connection.landmarkConnections(sending.connections);
      double capacity = Double.NaN;
      if (rates.isEmpty() || rates.stream().anyMatch(Rate::ofCapacity)) {
        PhaseResult closed =
            run(
                new Load.Closed(sending.concurrency),
                sending.concurrency + (sending.concurrency == 1 ? " caller" : " callers"),
                requests,
                connections,
                line);
        report.add(closed);
        capacity = closed.perSecond();
      }
      for (Rate rate : rates) {
        if (rate.ofCapacity() && !(capacity > 0)) {
          throw new CommandFailure(
              "capacity: no request was answered (expected: answers, of which --rate is a share)");
        }
        Load.Kind kind = new Load.Open(rate.perSecond(capacity), sending.arrivals);
        report.add(run(kind, rate.title(capacity), requests, connections, line));
      }
      report.of(first.getModelVersion(), connection.address(SuiteService.INFERENCE).toString());
    } catch (ServiceAwayException e) {
      print(report);
      throw new CommandFailure(
          "inference-service went away: " + e.getMessage() + " (expected: it answers)", e);
    }
    print(report);
    return report.explain(invocation.console()) ? 0 : 1;
  }

  private PhaseResult run(
      Load.Kind kind,
      String title,
      List<DetectRequest> requests,
      List<LandmarksGrpc.LandmarksStub> connections,
      ProgressLine line)
      throws InterruptedException {
    Duration timeout = seconds(sending.timeout);
    Load load =
        new Load(
            title,
            kind,
            seconds(sending.warmUp),
            seconds(sending.duration),
            sending.requests,
            timeout);
    line.mark("load: %s, %s".formatted(title, Figures.span(load.warmUp().plus(load.measured()))));
    Function<Callers.Listener, Callers> callers =
        listener ->
            sending.unary
                ? new UnaryCallers(
                    connections,
                    kind instanceof Load.Closed closed ? closed.callers() : sending.maxOpen,
                    timeout,
                    listener)
                : new StreamCallers(connections, sending.streams, listener);
    return LoadRun.run(load, requests, callers);
  }

  private void print(BenchReport report) {
    if (json) {
      invocation
          .console()
          .print(
              new GsonBuilder()
                  .setPrettyPrinting()
                  .serializeNulls()
                  .create()
                  .toJson(report.json()));
    } else {
      report.print(invocation.console());
    }
  }

  private void requireOptions() {
    require("--concurrency", sending.concurrency, 1, 100_000);
    require("--streams", sending.streams, 1, 10_000);
    require("--connections", sending.connections, 1, 1000);
    require("--max-open", sending.maxOpen, 1, 100_000);
    require("--warm-up", sending.warmUp, 0, LONGEST_SECONDS);
    require("--duration", sending.duration, 0.1, LONGEST_SECONDS);
    require("--timeout", sending.timeout, 0.1, 3600);
    if (sending.requests < 1) {
      throw new CommandFailure("--requests: " + sending.requests + " (expected: 1 or more)");
    }
  }

  private static void require(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new CommandFailure(
          "%s: %s (expected: %s to %s)".formatted(option, plain(value), plain(least), plain(most)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
