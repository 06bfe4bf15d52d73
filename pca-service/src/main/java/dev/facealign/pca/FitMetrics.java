package dev.facealign.pca;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * Counts fits.
 *
 * <ul>
 *   <li>timer {@code facealign.pca.fits}, tag {@code outcome}: ok, refused (the request or its
 *       dataset), cancelled, failed
 *   <li>counter {@code facealign.pca.faces.read}: annotations read
 * </ul>
 */
@Singleton
final class FitMetrics {

  private final MeterRegistry registry;
  private final Counter faces;

  FitMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.faces =
        Counter.builder("facealign.pca.faces.read")
            .description("Annotations read for fitting")
            .register(registry);
  }

  void faceRead() {
    faces.increment();
  }

  void succeeded(Duration duration) {
    record("ok", duration);
  }

  void failed(RuntimeException cause, Duration duration) {
    record(outcome(cause), duration);
  }

  private static String outcome(RuntimeException cause) {
    if (cause instanceof CancellationException) {
      return "cancelled";
    }
    boolean refused =
        cause instanceof FaultException fault
            && (fault.kind() == FaultKind.INVALID_ARGUMENT
                || fault.kind() == FaultKind.NOT_FOUND
                || fault.kind() == FaultKind.FAILED_PRECONDITION
                || fault.kind() == FaultKind.RESOURCE_EXHAUSTED);
    return refused ? "refused" : "failed";
  }

  private void record(String outcome, Duration duration) {
    Timer.builder("facealign.pca.fits")
        .description("Fitting and publishing a shape model")
        .tag("outcome", outcome)
        .register(registry)
        .record(duration);
  }
}
