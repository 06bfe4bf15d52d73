package dev.facealign.cli.sweep;

import picocli.CommandLine.Command;

/** {@code facealign sweep}: groups the commands on sweeps. */
@Command(
    name = "sweep",
    header = "Sweeps: one submission that trains a grid of recipes, and their comparison.",
    subcommands = {SweepSubmitCommand.class, SweepShowCommand.class, SweepCancelCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class SweepCommand {}
