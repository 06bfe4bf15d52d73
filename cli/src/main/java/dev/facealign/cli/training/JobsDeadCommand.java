package dev.facealign.cli.training;

import picocli.CommandLine.Command;

/** {@code facealign jobs dead}: groups the commands on dead letters. */
@Command(
    name = "dead",
    header = "Jobs that were refused, failed or were tried too often.",
    subcommands = {
      JobsDeadListCommand.class,
      JobsDeadShowCommand.class,
      JobsDeadResubmitCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class JobsDeadCommand {}
