package dev.facealign.benchmarks.shape;

import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.shape.ShapeNormalisation;

/** The shape model that a training run is given, fitted as pca-service fits one. */
public final class FittedShapes {

  private FittedShapes() {}

  /**
   * Of all faces of a dataset, not aligned.
   *
   * @throws dev.facealign.fault.FaultException as {@link FaceCropping#region} says; for fewer than
   *     two faces
   */
  public static ShapeModel of(FaceDataset faces, FaceCropping cropping) {
    ShapeModelFitter fitter =
        new ShapeModelFitter(faces.scheme(), new ShapeNormalisation(cropping, null));
    for (FaceSample face : faces.faces()) {
      fitter.add(
          cropping.region(face.id(), face.landmarks(), face.box()).toLabels(face.landmarks()));
    }
    return fitter.fit();
  }
}
