package dev.facealign.cli.dataset;

import picocli.CommandLine.Command;

/** {@code facealign dataset}: groups the commands on datasets. */
@Command(
    name = "dataset",
    header = "Datasets: what they hold and what is wrong with them.",
    subcommands = {DatasetCheckCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class DatasetCommand {}
