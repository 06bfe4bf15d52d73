package dev.facealign.trainer.job;

import java.util.List;

/**
 * The ACR loss (Fard and Mahoor, ICPR 2022).
 *
 * @param lambda weight of the logarithmic branch, in (0, 1000]
 * @param coordinateScale factor from label units to the unit in which the error is measured, in (0,
 *     1000]
 * @param constant the constant that links the two branches
 * @param phiUnit what one phi belongs to
 * @param schedule which eigenvectors the smooth face keeps, by ascending start; the first starts at
 *     0
 */
public record AcrLossSpec(
    double lambda,
    double coordinateScale,
    AcrConstant constant,
    PhiUnit phiUnit,
    List<SmoothFaceStage> schedule)
    implements LossSpec {

  public AcrLossSpec {
    schedule = List.copyOf(schedule);
  }

  /** The constant C of the branch above delta = 1. */
  public enum AcrConstant {
    /** C = lambda ln 2 - 1: the loss is continuous. */
    CONTINUOUS,
    /** C = phi ln 2 - 1, as the published code has it; the loss drops at delta = 1. */
    PUBLISHED
  }

  /** What one phi belongs to. */
  public enum PhiUnit {
    /** Each x and each y has its own phi. */
    COORDINATE,
    /** A landmark's x and y share one phi. */
    LANDMARK
  }

  /**
   * The stage that holds at an epoch.
   *
   * @param epoch epochs done before this one, from 0
   * @param epochs epochs of the run
   */
  public SmoothFaceStage stageAt(int epoch, int epochs) {
    SmoothFaceStage current = schedule.get(0);
    for (SmoothFaceStage stage : schedule) {
      if (RunShare.first(stage.from(), epochs) <= epoch) {
        current = stage;
      }
    }
    return current;
  }
}
