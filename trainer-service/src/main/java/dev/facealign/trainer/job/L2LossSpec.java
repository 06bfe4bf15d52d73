package dev.facealign.trainer.job;

/**
 * Mean squared error: the baseline of every comparison (METHOD 3).
 *
 * @param coordinateScale factor from label units to the unit in which the error is measured, in (0,
 *     1000]. In label units themselves (1) gradients are so small that Adam's epsilon slows
 *     learning down
 */
public record L2LossSpec(double coordinateScale) implements LossSpec {}
