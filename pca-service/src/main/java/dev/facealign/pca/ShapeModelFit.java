package dev.facealign.pca;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.v1.ShapeModel;
import jakarta.inject.Singleton;

/** Fits a shape model to a dataset's annotations. Pictures are not read. */
@Singleton
final class ShapeModelFit {

  private final DatasetCatalog datasets;

  ShapeModelFit(DatasetCatalog datasets) {
    this.datasets = datasets;
  }

  /**
   * The shape model in its stored form. The same faces and settings give the same message.
   *
   * @param progress hears of every annotation read; may throw to stop the fit
   * @throws FaultException INVALID_ARGUMENT naming the annotation; NOT_FOUND: dataset;
   *     FAILED_PRECONDITION: fewer than two faces
   */
  ShapeModel fit(FitSettings settings, ReadProgress progress) {
    FaceDataset dataset =
        datasets.open(
            settings.dataset().getName(),
            settings.dataset().getSplit(),
            settings.dataset().getScheme(),
            progress);
    ShapeModelFitter fitter = new ShapeModelFitter(dataset.scheme(), settings.cropPolicy());
    for (FaceSample face : dataset.faces()) {
      fitter.add(labels(face, settings));
    }
    return Contracts.toProto(fitter.fit(), settings.alignment(), Contracts.fingerprint(dataset));
  }

  private static double[] labels(FaceSample face, FitSettings settings) {
    Landmarks landmarks = face.landmarks();
    try {
      return settings.cropPolicy().region(landmarks.boundingBox()).toLabels(landmarks);
    } catch (FaultException e) {
      // Points in one place or on one line have no box to normalise by.
      throw FaultException.invalid(
          "ANNOTATION_INVALID",
          "dataset",
          settings.dataset().getName() + "/" + face.id() + ".pts: " + e.getMessage(),
          "points that span a box");
    }
  }
}
