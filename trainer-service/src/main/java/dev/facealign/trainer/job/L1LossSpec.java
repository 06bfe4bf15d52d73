package dev.facealign.trainer.job;

/** Mean absolute error in label units: a baseline. */
public record L1LossSpec() implements LossSpec {}
