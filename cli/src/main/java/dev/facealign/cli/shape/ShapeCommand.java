package dev.facealign.cli.shape;

import picocli.CommandLine.Command;

/** {@code facealign shape}: groups the commands on shape models. */
@Command(
    name = "shape",
    header = "Shape models: the mean face and how faces vary.",
    subcommands = {ShapeFitCommand.class, ShapeListCommand.class, ShapeShowCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class ShapeCommand {}
