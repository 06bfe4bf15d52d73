package dev.facealign.trainer.job;

/**
 * Smooth L1 (Girshick, ICCV 2015): squared where errors are small, linear where they are large.
 *
 * @param beta the error from which on the loss is linear, in units of the coordinate scale, in (0,
 *     1000]
 * @param coordinateScale factor from label units to the unit in which the error is measured, in (0,
 *     1000]
 */
public record SmoothL1LossSpec(double beta, double coordinateScale) implements LossSpec {}
