package dev.facealign.cli.training;

import picocli.CommandLine.Command;

/** {@code facealign jobs}: groups the commands on training jobs. */
@Command(
    name = "jobs",
    header = "Training jobs: what is queued, runs and has ended.",
    subcommands = {
      JobsListCommand.class,
      JobsShowCommand.class,
      JobsWatchCommand.class,
      JobsCancelCommand.class,
      JobsDeadCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class JobsCommand {}
