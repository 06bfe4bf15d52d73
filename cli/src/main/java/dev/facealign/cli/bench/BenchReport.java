package dev.facealign.cli.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The figures of a run, for people and for programs. */
final class BenchReport {
  /** A load generator later than this with its own requests measures itself. */
  private static final double LATE_MS = 10;

  private final String sent;
  private final List<PhaseResult> phases = new ArrayList<>();
  private String model = "";
  private String address = "";

  /**
   * @param sent what was sent, in words
   */
  BenchReport(String sent) {
    this.sent = sent;
  }

  void add(PhaseResult phase) {
    phases.add(phase);
  }

  /** Who answered. */
  void of(String modelVersion, String serviceAddress) {
    model = modelVersion;
    address = serviceAddress;
  }

  /** The tables. */
  void print(Console console) {
    if (phases.isEmpty()) {
      return;
    }
    console.print(
        sent
            + (model.isEmpty() ? "" : ", model " + Figures.version(model))
            + (address.isEmpty() ? "" : ", " + address));
    console.print("");
    Table loads =
        new Table(
            "LOAD",
            ">ASKED/s",
            ">DONE/s",
            ">P50 ms",
            ">P90",
            ">P99",
            ">P99.9",
            ">MAX",
            ">REFUSED",
            ">P50 ms",
            ">P99",
            ">FAILED");
    for (PhaseResult phase : phases) {
      Quantiles latency = phase.latency();
      loads.row(
          phase.load().title(),
          phase.load().kind() instanceof Load.Open open
              ? Figures.decimal(open.perSecond(), 1)
              : "-",
          Figures.decimal(phase.perSecond(), 1),
          millis(latency.p50()),
          millis(latency.p90()),
          millis(latency.p99()),
          millis(latency.p999()),
          millis(latency.max()),
          Long.toString(phase.count(Status.Code.RESOURCE_EXHAUSTED)),
          millis(phase.rejected().p50()),
          millis(phase.rejected().p99()),
          Long.toString(phase.failures() + phase.unsent()));
    }
    loads.print(console);
    console.print("");
    Table steps =
        new Table(
            "SERVER",
            ">QUEUE p50 ms",
            ">p99",
            ">DECODE p50",
            ">p99",
            ">DETECT p50",
            ">p99",
            ">COMPUTE p50",
            ">p99");
    for (PhaseResult phase : phases) {
      List<String> cells = new ArrayList<>(List.of(phase.load().title()));
      for (ServerStep step : ServerStep.values()) {
        Quantiles times = phase.server().getOrDefault(step, phase.failed());
        cells.add(millis(times.p50()));
        cells.add(millis(times.p99()));
      }
      steps.row(cells.toArray(String[]::new));
    }
    steps.print(console);
  }

  /** Says what went wrong, if anything did; returns whether all is well. */
  boolean explain(Console console) {
    boolean well = true;
    for (PhaseResult phase : phases) {
      if (phase.failures() > 0) {
        well = false;
        String which =
            phase.messages().entrySet().stream()
                .filter(e -> e.getKey() != Status.Code.RESOURCE_EXHAUSTED)
                .map(e -> phase.count(e.getKey()) + " " + e.getKey() + " (" + e.getValue() + ")")
                .collect(Collectors.joining(", "));
        console.say(phase.load().title() + ": failed: " + which);
      }
      if (phase.count(Status.Code.OK) == 0) {
        well = false;
        console.say(phase.load().title() + ": no request was answered");
      }
      if (phase.unsent() > 0) {
        console.say(
            phase.load().title()
                + ": "
                + phase.unsent()
                + " requests were due and still waited to be sent at the end: more than the service takes; they are in"
                + " no latency");
      }
      if (phase.lateness().p99() > LATE_MS) {
        console.say(
            phase.load().title()
                + ": the load itself was late by "
                + millis(phase.lateness().p99())
                + " ms (p99): this machine is busy, and latencies are partly its own");
      }
    }
    return well;
  }

  /** All figures; durations in milliseconds. */
  JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("sent", sent);
    root.addProperty("service", address);
    root.addProperty("model", model);
    JsonArray loads = new JsonArray();
    phases.forEach(phase -> loads.add(json(phase)));
    root.add("loads", loads);
    return root;
  }

  private static JsonObject json(PhaseResult phase) {
    Load load = phase.load();
    JsonObject json = new JsonObject();
    json.addProperty("load", load.title());
    if (load.kind() instanceof Load.Open open) {
      json.addProperty("askedPerSecond", open.perSecond());
      json.addProperty("arrivals", open.arrivals().name());
    } else if (load.kind() instanceof Load.Closed closed) {
      json.addProperty("callers", closed.callers());
    }
    json.addProperty("warmUpSeconds", load.warmUp().toMillis() / 1e3);
    json.addProperty("seconds", load.measured().toMillis() / 1e3);
    json.addProperty("answeredPerSecond", phase.perSecond());
    JsonObject outcomes = new JsonObject();
    new TreeMap<>(phase.outcomes()).forEach((code, n) -> outcomes.addProperty(code.name(), n));
    json.add("outcomes", outcomes);
    JsonObject messages = new JsonObject();
    new TreeMap<>(phase.messages()).forEach((code, m) -> messages.addProperty(code.name(), m));
    json.add("messages", messages);
    json.addProperty("unsent", phase.unsent());
    json.addProperty("faces", phase.faces());
    json.addProperty("model", phase.version());
    json.add("latencyMs", json(phase.latency()));
    json.add("fromSendingMs", json(phase.service()));
    json.add("refusedMs", json(phase.rejected()));
    json.add("failedMs", json(phase.failed()));
    json.add("loadLateMs", json(phase.lateness()));
    JsonObject server = new JsonObject();
    for (Map.Entry<ServerStep, Quantiles> step : phase.server().entrySet()) {
      server.add(step.getKey().name().toLowerCase(Locale.ROOT) + "Ms", json(step.getValue()));
    }
    json.add("server", server);
    return json;
  }

  private static JsonObject json(Quantiles quantiles) {
    JsonObject json = new JsonObject();
    json.addProperty("count", quantiles.count());
    json.add("mean", number(quantiles.mean()));
    json.add("p50", number(quantiles.p50()));
    json.add("p90", number(quantiles.p90()));
    json.add("p99", number(quantiles.p99()));
    json.add("p999", number(quantiles.p999()));
    json.add("max", number(quantiles.max()));
    return json;
  }

  private static JsonElement number(double value) {
    // JSON has no NaN.
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }

  private static String millis(double value) {
    return Figures.decimal(value, value < 10 ? 2 : 1);
  }
}
