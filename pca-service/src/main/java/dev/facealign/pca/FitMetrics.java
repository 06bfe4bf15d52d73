package dev.facealign.pca;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Counts what fits do; {@link FitQueue} counts the fits.
 *
 * <ul>
 *   <li>counter {@code facealign.pca.faces.read}: annotations read, in all passes
 *   <li>timer {@code facealign.pca.fit.reading}: annotations, of a fit that came to a model
 *   <li>timer {@code facealign.pca.fit.fitting}: labels, covariance, eigenvectors of such a fit
 * </ul>
 */
@Singleton
final class FitMetrics {

  private final Counter faces;
  private final Timer reading;
  private final Timer fitting;

  FitMetrics(MeterRegistry registry) {
    this.faces =
        Counter.builder("facealign.pca.faces.read")
            .description("Annotations read for fitting, in all passes")
            .register(registry);
    this.reading =
        Timer.builder("facealign.pca.fit.reading")
            .description("Reading a fit's annotations")
            .register(registry);
    this.fitting =
        Timer.builder("facealign.pca.fit.fitting")
            .description("Labels, covariance and eigenvectors of a fit")
            .register(registry);
  }

  void faceRead() {
    faces.increment();
  }

  void fitted(Duration readingTook, Duration fittingTook) {
    reading.record(readingTook);
    fitting.record(fittingTook);
  }
}
