package dev.facealign.cli.models;

import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.v1.AliasAssignment;

/** An alias after it was moved, as a result. */
final class AliasLines {
  private AliasLines() {}

  static void print(AliasAssignment assignment, boolean json, Console console) {
    if (json) {
      console.print(ProtoJson.pretty(assignment));
      return;
    }
    String before =
        assignment.getPreviousVersionsCount() == 0
            ? "none"
            : Figures.version(assignment.getPreviousVersions(0));
    console.print(
        assignment.getAlias()
            + " is "
            + Figures.version(assignment.getVersion())
            + " (before: "
            + before
            + ")");
  }
}
