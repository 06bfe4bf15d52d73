package dev.facealign.pca;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.grpc.ProgressReports;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.platform.grpc.WorkLine;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.ShapeModelSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * Runs fits on a few threads: {@code facealign.pca.fits.concurrent} at once (default 2), {@code
 * facealign.pca.fits.waiting} in line (default 16), the rest are refused. Metrics: {@code
 * facealign.pca.fits}, see {@link WorkLine}.
 */
@Singleton
final class FitQueue implements AutoCloseable {

  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final ShapeModelFit fit;
  private final ShapeModelPublication publication;
  private final WorkLine line;

  FitQueue(
      ShapeModelFit fit,
      ShapeModelPublication publication,
      MeterRegistry metrics,
      @Property(name = "facealign.pca.fits.concurrent", defaultValue = "2") int concurrent,
      @Property(name = "facealign.pca.fits.waiting", defaultValue = "16") int waiting) {
    this.fit = fit;
    this.publication = publication;
    this.line =
        new WorkLine(
            new WorkLine.Settings("fit", concurrent, waiting, DRAIN),
            "facealign.pca.fits",
            metrics);
  }

  /**
   * Puts a fit in line; its progress and result go to the stream. It ends when the stream's caller
   * is gone.
   *
   * @throws FaultException RESOURCE_EXHAUSTED: the line is full
   */
  void submit(FitSettings settings, ServerStream<FitShapeModelProgress> stream) {
    line.submit(stream, settings.description(), () -> run(settings, stream));
  }

  private FitShapeModelProgress run(
      FitSettings settings, ServerStream<FitShapeModelProgress> stream) {
    ProgressReports<FitShapeModelProgress> reports = new ProgressReports<>(stream);
    FitShapeModelProgress.Builder progress = FitShapeModelProgress.newBuilder();
    ShapeModelSummary result =
        publication.publish(
            fit.fit(
                settings,
                (read, total) -> {
                  if (stream.isCancelled()) {
                    throw new CancellationException("the caller is gone");
                  }
                  progress.setFacesRead(read).setFacesTotal(total);
                  reports.report(progress::build);
                }));
    return progress.setResult(result).build();
  }

  /** Waits for the fits there are, at most 10 s. */
  @Override
  @PreDestroy
  public void close() {
    line.close();
  }
}
