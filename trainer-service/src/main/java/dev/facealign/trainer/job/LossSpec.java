package dev.facealign.trainer.job;

/** The loss a network is trained with, with all its settings. */
public sealed interface LossSpec
    permits AcrLossSpec, L2LossSpec, L1LossSpec, SmoothL1LossSpec, WingLossSpec {}
