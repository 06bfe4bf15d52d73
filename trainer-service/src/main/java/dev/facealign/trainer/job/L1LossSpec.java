package dev.facealign.trainer.job;

/**
 * Mean absolute error: a baseline.
 *
 * @param coordinateScale factor from label units to the unit in which the error is measured, in (0,
 *     1000]
 */
public record L1LossSpec(double coordinateScale) implements LossSpec {}
