package dev.facealign.trainer.job;

import dev.facealign.shape.ComponentPolicy;

/**
 * One stage of the smooth-face schedule.
 *
 * @param from share of the run's epochs after which the stage begins, in [0, 1)
 * @param components eigenvectors that the smooth face keeps
 */
public record SmoothFaceStage(double from, ComponentPolicy components) {}
