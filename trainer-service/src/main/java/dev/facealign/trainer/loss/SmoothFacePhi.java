package dev.facealign.trainer.loss;

import dev.facealign.shape.Phi;
import dev.facealign.shape.ShapeModel;
import dev.facealign.trainer.job.AcrLossSpec.PhiUnit;
import java.nio.FloatBuffer;

/**
 * Phi of faces against their smooth faces (METHOD equations 2 to 4), as the loss reads it: one
 * number a coordinate.
 */
public final class SmoothFacePhi {

  private final ShapeModel model;
  private final int components;
  private final PhiUnit unit;

  /**
   * For one stage of a schedule.
   *
   * @param model the shape model
   * @param components eigenvectors that the smooth face keeps
   * @param unit what one phi belongs to
   */
  public SmoothFacePhi(ShapeModel model, int components, PhiUnit unit) {
    this.model = model;
    this.components = components;
    this.unit = unit;
  }

  /** Eigenvectors that the smooth face keeps. */
  public int components() {
    return components;
  }

  /**
   * Writes a face's phi.
   *
   * @param labels the face, 2M numbers in label units
   * @param to gets 2M numbers in [0, 1]; with {@link PhiUnit#LANDMARK} x and y of a landmark get
   *     the same
   */
  public void write(double[] labels, FloatBuffer to) {
    double[] smooth = model.smooth(labels, components);
    switch (unit) {
      case COORDINATE -> {
        for (double phi : Phi.perCoordinate(labels, smooth)) {
          to.put((float) phi);
        }
      }
      case LANDMARK -> {
        for (double phi : Phi.perLandmark(labels, smooth)) {
          to.put((float) phi).put((float) phi);
        }
      }
    }
  }
}
