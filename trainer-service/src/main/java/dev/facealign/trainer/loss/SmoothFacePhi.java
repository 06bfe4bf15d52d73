package dev.facealign.trainer.loss;

import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.SmoothFaces;
import dev.facealign.trainer.job.AcrLossSpec.PhiUnit;
import java.nio.FloatBuffer;

/**
 * Phi of faces against their smooth faces (METHOD equations 2 to 4), as the loss reads it: one
 * number a coordinate. Thread-safe.
 */
public final class SmoothFacePhi {

  private final SmoothFaces smoothFaces;
  private final PhiUnit unit;
  private final int numbersOfAFace;

  /** Smooth faces, then phi in their place. Each thread that fills batches keeps its own. */
  private final ThreadLocal<double[]> buffers = ThreadLocal.withInitial(() -> new double[0]);

  /**
   * For one stage of a schedule.
   *
   * @param model the shape model
   * @param components eigenvectors that the smooth face keeps
   * @param unit what one phi belongs to
   */
  public SmoothFacePhi(ShapeModel model, int components, PhiUnit unit) {
    this.smoothFaces = new SmoothFaces(model, components);
    this.unit = unit;
    this.numbersOfAFace = 2 * model.landmarkCount();
  }

  /** Eigenvectors that the smooth face keeps. */
  public int components() {
    return smoothFaces.components();
  }

  /**
   * Writes the phi of a face, or of a block of faces.
   *
   * @param labels faces one after the other, 2M numbers each, label units
   * @param to gets as many numbers, in [0, 1]; with {@link PhiUnit#LANDMARK} x and y of a landmark
   *     get the same
   */
  public void write(double[] labels, FloatBuffer to) {
    int count = labels.length / numbersOfAFace;
    double[] smooth = buffer(labels.length);
    smoothFaces.smooth(labels, count, smooth);
    switch (unit) {
      case COORDINATE -> {
        smoothFaces.phiPerCoordinate(labels, smooth, count, smooth);
        for (int i = 0; i < count * numbersOfAFace; i++) {
          to.put((float) smooth[i]);
        }
      }
      case LANDMARK -> {
        smoothFaces.phiPerLandmark(labels, smooth, count, smooth);
        for (int m = 0; m < count * numbersOfAFace / 2; m++) {
          to.put((float) smooth[m]).put((float) smooth[m]);
        }
      }
    }
  }

  private double[] buffer(int numbers) {
    double[] buffer = buffers.get();
    if (buffer.length < numbers) {
      buffer = new double[numbers];
      buffers.set(buffer);
    }
    return buffer;
  }
}
