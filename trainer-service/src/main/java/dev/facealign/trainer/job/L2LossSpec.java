package dev.facealign.trainer.job;

/** Mean squared error in label units: the baseline of every comparison. */
public record L2LossSpec() implements LossSpec {}
