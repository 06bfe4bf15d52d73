package dev.facealign.pca;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetSplit;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.ShapeModelContract;
import dev.facealign.shape.ProcrustesMean;
import dev.facealign.shape.ShapeAlignment;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.shape.ShapeNormalisation;
import dev.facealign.v1.ShapeModel;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits a shape model to a dataset's annotations, which are read as a stream: once, or twice for
 * Procrustes alignment. Pictures are not read.
 */
@Singleton
final class ShapeModelFit {

  private static final Logger log = LoggerFactory.getLogger(ShapeModelFit.class);

  private final DatasetCatalog datasets;
  private final FitMetrics metrics;

  ShapeModelFit(DatasetCatalog datasets, FitMetrics metrics) {
    this.datasets = datasets;
    this.metrics = metrics;
  }

  /**
   * The shape model in its stored form. The same faces and settings give the same message.
   *
   * @param progress hears of every annotation read, in all passes; may throw to stop the fit
   * @throws FaultException INVALID_ARGUMENT naming the annotation; NOT_FOUND: dataset;
   *     FAILED_PRECONDITION: fewer than two faces, a box that is wanted and missing, or files that
   *     change while they are read
   */
  ShapeModel fit(FitSettings settings, ReadProgress progress) {
    return new Run(settings, datasets.find(settings.dataset()), progress).fit();
  }

  /** One fit. */
  private final class Run {
    private final FitSettings settings;
    private final DatasetSplit split;
    private final ReadProgress progress;
    private final int passes;
    private int passesDone;
    private int facesOfAPass;
    private long readingNanos;
    private long fittingNanos;

    Run(FitSettings settings, DatasetSplit split, ReadProgress progress) {
      this.settings = settings;
      this.split = split;
      this.progress = progress;
      this.passes = settings.alignment() == ShapeAlignment.PROCRUSTES ? 2 : 1;
    }

    ShapeModel fit() {
      DatasetSummary first = null;
      ProcrustesMean target = null;
      if (passes == 2) {
        ProcrustesMean.Accumulator shapes =
            new ProcrustesMean.Accumulator(2 * split.scheme().count());
        first = pass(shapes::add);
        long begin = System.nanoTime();
        target = shapes.mean();
        fittingNanos += System.nanoTime() - begin;
      }
      ShapeModelFitter fitter =
          new ShapeModelFitter(split.scheme(), new ShapeNormalisation(settings.cropping(), target));
      DatasetSummary summary = pass(fitter::add);
      requireUnchanged(first, summary);
      long begin = System.nanoTime();
      dev.facealign.shape.ShapeModel model = fitter.fit();
      fittingNanos += System.nanoTime() - begin;
      report(summary, model);
      return ShapeModelContract.toProto(model, Contracts.fingerprint(summary));
    }

    /** Reads all faces once. */
    private DatasetSummary pass(Consumer<double[]> labels) {
      long before = fittingNanos;
      long begin = System.nanoTime();
      DatasetSummary summary = split.read(face -> take(face, labels), this::annotationRead);
      readingNanos += System.nanoTime() - begin - (fittingNanos - before);
      passesDone++;
      facesOfAPass = summary.faces();
      return summary;
    }

    private void take(FaceSample face, Consumer<double[]> labels) {
      long begin = System.nanoTime();
      Landmarks landmarks = face.landmarks();
      try {
        labels.accept(
            settings.cropping().region(face.id(), landmarks, face.box()).toLabels(landmarks));
      } catch (FaultException e) {
        if (e.kind() != FaultKind.INVALID_ARGUMENT) {
          throw e;
        }
        // Points in one place or on one line have no box and no shape.
        throw DatasetFaults.annotation(
            face.annotation(), e.getMessage(), "points that span a face");
      }
      fittingNanos += System.nanoTime() - begin;
    }

    private void annotationRead(int read, int total) {
      metrics.faceRead();
      int ofAPass = Math.max(total, facesOfAPass);
      progress.annotationRead(passesDone * facesOfAPass + read, passes * ofAPass);
    }

    private void requireUnchanged(@Nullable DatasetSummary first, DatasetSummary second) {
      if (first != null && !first.sha256().equals(second.sha256())) {
        throw FaultException.of(
            FaultKind.FAILED_PRECONDITION,
            "DATASET_CHANGED",
            "dataset "
                + second.name()
                + ": fingerprint "
                + second.sha256()
                + " in the second pass (expected: "
                + first.sha256()
                + ", as in the first; its files were changed meanwhile)");
      }
    }

    private void report(DatasetSummary summary, dev.facealign.shape.ShapeModel model) {
      Duration reading = Duration.ofNanos(readingNanos);
      Duration fitting = Duration.ofNanos(fittingNanos);
      metrics.fitted(reading, fitting);
      log.info(
          "shape model fitted {} faces={} expected={} components={} reading_ms={} fitting_ms={}",
          settings.description(),
          summary.faces(),
          summary.expectedFaces(),
          model.componentCount(),
          reading.toMillis(),
          fitting.toMillis());
    }
  }
}
