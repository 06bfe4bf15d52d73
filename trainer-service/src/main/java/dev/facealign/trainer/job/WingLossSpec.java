package dev.facealign.trainer.job;

/**
 * Wing loss (Feng et al., CVPR 2018): logarithmic where errors are small, linear where they are
 * large.
 *
 * @param width the error from which on the loss is linear, in units of the coordinate scale, in (0,
 *     1000]
 * @param epsilon what bends the logarithm, in the same units, in (0, 1000]
 * @param coordinateScale factor from label units to the unit in which the error is measured, in (0,
 *     1000]
 */
public record WingLossSpec(double width, double epsilon, double coordinateScale)
    implements LossSpec {}
