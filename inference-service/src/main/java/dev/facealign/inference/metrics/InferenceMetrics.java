package dev.facealign.inference.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * What the service counts and times. No label takes values from callers, so that the number of time
 * series is bounded; the serving champion's version is one series at a time.
 */
@Singleton
public final class InferenceMetrics {
  private static final String PREFIX = "facealign.inference.";

  private final MeterRegistry registry;
  private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
  private final DistributionSummary batchSizes;
  private final DistributionSummary shadowDifferences;
  private final Counter faces;
  private final Counter dropped;
  private final Counter registryRecordsIgnored;
  private final AtomicInteger openStreams = new AtomicInteger();
  private final MultiGauge champion;

  /** A part of answering a request that is timed. */
  public enum Step {
    /** Waiting for a thread and for a place in a batch. */
    QUEUE,
    /** Decoding the picture. */
    DECODE,
    /** Finding faces. */
    DETECT,
    /** Cropping and running the network. */
    COMPUTE,
    /** From the request's arrival to its answer. */
    TOTAL
  }

  /** What became of loading a model. */
  public enum LoadOutcome {
    LOADED,
    /** Its artifact is not there. */
    MISSING,
    /** Its bytes are not what they were. */
    DAMAGED,
    /** Its network does not do what its manifest says. */
    UNFIT,
    /** Anything else, such as a store that cannot be reached. */
    FAILED
  }

  /** What became of a face that a model in the shadow was to be tried on. */
  public enum ShadowOutcome {
    COMPARED,
    /** There was no time for it. */
    SKIPPED,
    /** The model in the shadow failed. */
    FAILED
  }

  public InferenceMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Step step : Step.values()) {
      steps.put(
          step,
          Timer.builder(PREFIX + "step")
              .description("How long a step of answering a request took")
              .tag("step", lower(step))
              .serviceLevelObjectives(
                  millis(1),
                  millis(2),
                  millis(5),
                  millis(10),
                  millis(20),
                  millis(50),
                  millis(100),
                  millis(200),
                  millis(500),
                  millis(1000),
                  millis(2000),
                  millis(5000))
              .register(registry));
    }
    batchSizes =
        DistributionSummary.builder(PREFIX + "batch.size")
            .description("Faces of a run")
            .serviceLevelObjectives(1, 2, 3, 4, 5, 6, 7, 8, 16, 32)
            .register(registry);
    faces =
        Counter.builder(PREFIX + "faces")
            .description("Faces whose landmarks were answered")
            .register(registry);
    dropped =
        Counter.builder(PREFIX + "dropped")
            .description("Requests dropped unanswered because their caller was gone")
            .register(registry);
    registryRecordsIgnored =
        Counter.builder(PREFIX + "registry.records.ignored")
            .description("Records of the model registry that were not understood")
            .register(registry);
    Gauge.builder(PREFIX + "streams.open", openStreams, AtomicInteger::get)
        .description("Open Detect streams")
        .register(registry);
    shadowDifferences =
        DistributionSummary.builder(PREFIX + "shadow.difference")
            .description("Mean distance of the shadow's points, as a share of the box's diagonal")
            .serviceLevelObjectives(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
            .register(registry);
    champion =
        MultiGauge.builder(PREFIX + "champion")
            .description("1 for the version that serves as champion")
            .register(registry);
  }

  /**
   * A request was answered or refused. The time of refusals is not recorded: they are fast, and
   * would hide how long answers take.
   *
   * @param rpc "Detect" or "DetectImage"
   * @param outcome "OK" or the name of a gRPC status; lower case in the label
   */
  public void answered(String rpc, String outcome, long totalNanos) {
    String label = outcome.toLowerCase(Locale.ROOT);
    registry.counter(PREFIX + "requests", Tags.of("rpc", rpc, "outcome", label)).increment();
    if (label.equals("ok")) {
      took(Step.TOTAL, totalNanos);
    }
  }

  /** A step took so long. */
  public void took(Step step, long nanos) {
    Timer timer = steps.get(step);
    if (timer != null) {
      timer.record(Duration.ofNanos(nanos));
    }
  }

  /** A batch of so many faces was run. */
  public void batchRan(int size) {
    batchSizes.record(size);
  }

  /** So many faces were answered. */
  public void facesAnswered(int count) {
    faces.increment(count);
  }

  /** A request was dropped because its caller was gone. */
  public void requestDropped() {
    dropped.increment();
  }

  /** A stream was opened. */
  public void streamOpened() {
    openStreams.incrementAndGet();
  }

  /** A stream was closed. */
  public void streamClosed() {
    openStreams.decrementAndGet();
  }

  /** Faces were tried on a model in the shadow, or were to be. */
  public void shadowFaces(ShadowOutcome outcome, int count) {
    registry.counter(PREFIX + "shadow.faces", Tags.of("outcome", lower(outcome))).increment(count);
  }

  /**
   * A model in the shadow told other points.
   *
   * @param share mean distance, of the face box's diagonal
   */
  public void shadowDifference(double share) {
    shadowDifferences.record(share);
  }

  /** Loading a model ended. */
  public void modelLoad(LoadOutcome outcome) {
    registry.counter(PREFIX + "model.loads", Tags.of("outcome", lower(outcome))).increment();
  }

  /** A record of the registry was not understood. */
  public void registryRecordIgnored() {
    registryRecordsIgnored.increment();
  }

  /**
   * A version serves as champion from now on.
   *
   * @param precision in which numbers it is run; lower case in the label
   */
  public void championServes(String name, String version, String precision) {
    Tags tags =
        Tags.of("name", name, "version", version, "precision", precision.toLowerCase(Locale.ROOT));
    champion.register(List.of(MultiGauge.Row.of(tags, 1)), true);
  }

  /**
   * Shows how many wait in a queue.
   *
   * @param queue its name
   */
  public void watchQueue(String queue, IntSupplier depth) {
    Gauge.builder(PREFIX + "queue.depth", depth, IntSupplier::getAsInt)
        .description("Waiting in a queue")
        .tag("queue", queue)
        .strongReference(true)
        .register(registry);
  }

  /** Shows how many models are loaded. */
  public void watchLoadedModels(IntSupplier loaded) {
    Gauge.builder(PREFIX + "models.loaded", loaded, IntSupplier::getAsInt)
        .description("Models in memory")
        .strongReference(true)
        .register(registry);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
