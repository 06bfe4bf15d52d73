package dev.facealign.cli.bench;

import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Timings;
import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What became of the requests of one phase. Counted are those that were due while it was measured;
 * what was due in the warm-up is not. Not thread-safe: its owner locks.
 *
 * <p>The latency of a request runs from when it was due, not from when it could be sent: otherwise
 * a service that stands still would be asked less just then, and the seconds that its callers wait
 * would count as one slow answer ("coordinated omission", Gil Tene). What the request itself took
 * is kept beside it.
 */
final class Tally {
  private final long fromNanos;
  private final long toNanos;
  private final Map<Status.Code, Long> outcomes = new TreeMap<>();
  private final Map<Status.Code, String> messages = new TreeMap<>();
  private final Histogram latency = histogram();
  private final Histogram service = histogram();
  private final Histogram rejected = histogram();
  private final Histogram failed = histogram();
  private final Histogram lateness = histogram();
  private final Map<ServerStep, Histogram> server = new TreeMap<>();
  private long faces;
  private long answeredInTime;
  private long unsent;
  private String version = "";

  /**
   * @param fromNanos when measuring begins, by {@link System#nanoTime}
   * @param toNanos when it ends
   */
  Tally(long fromNanos, long toNanos) {
    this.fromNanos = fromNanos;
    this.toNanos = toNanos;
    for (ServerStep step : ServerStep.values()) {
      server.put(step, histogram());
    }
  }

  /** Durations in nanoseconds from a microsecond to an hour, exact to 0.1 %. */
  private static Histogram histogram() {
    return new Histogram(1000, 3_600_000_000_000L, 3);
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos, histogram.getHighestTrackableValue())));
  }

  private boolean counts(long dueNanos) {
    return dueNanos - fromNanos >= 0 && dueNanos - toNanos < 0;
  }

  void answered(Sent sent, long nowNanos, DetectResponse response) {
    if (response.hasError()) {
      Status status =
          Status.fromCodeValue(response.getError().getCode())
              .withDescription(response.getError().getMessage());
      failed(sent, nowNanos, status);
      return;
    }
    if (counts(nowNanos)) {
      answeredInTime++;
    }
    if (!counts(sent.dueNanos())) {
      return;
    }
    outcomes.merge(Status.Code.OK, 1L, Long::sum);
    record(latency, nowNanos - sent.dueNanos());
    record(service, nowNanos - sent.sentNanos());
    faces += response.getFacesCount();
    version = response.getModelVersion();
    Timings timings = response.getTimings();
    server.forEach((step, histogram) -> record(histogram, 1000 * step.micros(timings)));
  }

  void failed(Sent sent, long nowNanos, Status status) {
    if (!counts(sent.dueNanos())) {
      return;
    }
    outcomes.merge(status.getCode(), 1L, Long::sum);
    String said = status.getDescription();
    messages.putIfAbsent(status.getCode(), said == null ? status.getCode().name() : said);
    boolean refused = status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
    record(refused ? rejected : failed, nowNanos - (refused ? sent.sentNanos() : sent.dueNanos()));
  }

  /** A request that was due and never sent. */
  void unsent(long dueNanos) {
    if (counts(dueNanos)) {
      unsent++;
    }
  }

  /** A request that was sent and not answered while anybody waited for it. */
  void unanswered(Sent sent) {
    failed(
        sent,
        System.nanoTime(),
        Status.DEADLINE_EXCEEDED.withDescription("no answer when the phase ended"));
  }

  /** How late the load itself was with a request that could be sent at once. */
  void late(long dueNanos, long nanos) {
    if (counts(dueNanos)) {
      record(lateness, nanos);
    }
  }

  /** What it came to. */
  PhaseResult result(Load load) {
    Map<ServerStep, Quantiles> steps = new TreeMap<>();
    server.forEach((step, histogram) -> steps.put(step, Quantiles.of(histogram)));
    return new PhaseResult(
        load,
        answeredInTime / ((toNanos - fromNanos) / 1e9),
        Map.copyOf(outcomes),
        Map.copyOf(messages),
        unsent,
        faces,
        version,
        Quantiles.of(latency),
        Quantiles.of(service),
        Quantiles.of(rejected),
        Quantiles.of(failed),
        Quantiles.of(lateness),
        steps);
  }
}
