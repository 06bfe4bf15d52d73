package dev.facealign.pca;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/**
 * Counts what fits read; {@link FitQueue} counts the fits.
 *
 * <ul>
 *   <li>counter {@code facealign.pca.faces.read}: annotations read
 * </ul>
 */
@Singleton
final class FitMetrics {

  private final Counter faces;

  FitMetrics(MeterRegistry registry) {
    this.faces =
        Counter.builder("facealign.pca.faces.read")
            .description("Annotations read for fitting")
            .register(registry);
  }

  void faceRead() {
    faces.increment();
  }
}
