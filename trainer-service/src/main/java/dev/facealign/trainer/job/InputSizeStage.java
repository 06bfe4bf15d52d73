package dev.facealign.trainer.job;

/**
 * One stage of a progressive input.
 *
 * @param from share of the run's epochs after which the stage begins, in [0, 1)
 * @param sizePx side of the network's square input, pixels, a multiple of 16
 */
public record InputSizeStage(double from, int sizePx) {}
