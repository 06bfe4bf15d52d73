package dev.facealign.trainer.run;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.shape.ShapeModel;
import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.TrainingSettings;
import org.jspecify.annotations.Nullable;

/**
 * All that a run needs, looked up and consistent.
 *
 * @param settings the job's
 * @param cropping how faces are cropped; the shape model's where there is one
 * @param dataset faces to train on and to hold out
 * @param shapeModel what phi is computed with; null for losses without phi
 * @param start the model whose weights the run begins with; null: they are drawn
 */
public record TrainingPlan(
    TrainingSettings settings,
    FaceCropping cropping,
    FaceDataset dataset,
    @Nullable ShapeModel shapeModel,
    @Nullable StartModel start) {

  /**
   * Checks that the parts fit together.
   *
   * @throws FaultException INVALID_ARGUMENT: the ACR loss without a shape model;
   *     FAILED_PRECONDITION, reason SHAPE_MODEL_MISMATCH: a shape model of another scheme or
   *     cropping; reason START_MODEL_MISMATCH: a start of another architecture
   */
  public TrainingPlan {
    if (shapeModel == null) {
      if (settings.loss() instanceof AcrLossSpec) {
        throw FaultException.invalid(
            "shape_model", null, "a shape model, which the ACR loss needs");
      }
    } else {
      requireSameScheme(shapeModel.scheme(), dataset.scheme());
      FaceCropping shapes = shapeModel.normalisation().cropping();
      requireSame("shape_model.crop_policy", shapes.policy(), cropping.policy(), "job");
      if (!shapes.boxes().equals(cropping.boxes())) {
        requireSame(
            "shape_model.box_source", words(shapes.boxes()), words(cropping.boxes()), "job");
      }
    }
    if (start != null && start.network() != settings.network()) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "START_MODEL_MISMATCH",
          "start_model.network: "
              + start.network().id()
              + " (expected: "
              + settings.network().id()
              + ", as the job has)");
    }
  }

  private static String words(BoxSource boxes) {
    return Contracts.toProto(boxes)
        + Contracts.boxJitter(boxes)
            .map(jitter -> " " + jitter.getShiftShare() + "/" + jitter.getScaleShare())
            .orElse("");
  }

  private static void requireSameScheme(LandmarkScheme shapes, LandmarkScheme faces) {
    requireSame("shape_model.scheme", shapes.id(), faces.id(), "dataset");
    if (!shapes.equals(faces)) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "SHAPE_MODEL_MISMATCH",
          "shape_model.scheme: "
              + shapes.id()
              + " with other points, mirror pairs or regions (expected: the same as the dataset's;"
              + " fit the shape model again)");
    }
  }

  private static void requireSame(String field, Object is, Object wanted, String whose) {
    if (!is.equals(wanted)) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "SHAPE_MODEL_MISMATCH",
          field + ": " + is + " (expected: " + wanted + ", as the " + whose + " has)");
    }
  }
}
