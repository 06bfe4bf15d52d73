package dev.facealign.cli.models;

import picocli.CommandLine.Command;

/** {@code facealign models}: groups the commands on published models. */
@Command(
    name = "models",
    header = "Published models, and which of them serves.",
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsPromoteCommand.class,
      ModelsRollbackCommand.class,
      ModelsShadowCommand.class,
      ModelsImportCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class ModelsCommand {}
