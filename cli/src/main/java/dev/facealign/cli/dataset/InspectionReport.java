package dev.facealign.cli.dataset;

import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.dataset.inspect.DatasetInspection;
import dev.facealign.dataset.inspect.Finding;
import dev.facealign.dataset.inspect.FindingKind;
import dev.facealign.dataset.inspect.SizeRange;
import dev.facealign.dataset.inspect.SplitCount;
import java.util.List;
import java.util.Optional;

/** An inspection as people read it. */
final class InspectionReport {
  private static final int MOST_OF_A_KIND = 10;

  private final DatasetInspection inspection;

  InspectionReport(DatasetInspection inspection) {
    this.inspection = inspection;
  }

  void print(Console console) {
    console.print(
        inspection.name()
            + ": format "
            + inspection.format().word()
            + ", landmark scheme "
            + inspection.scheme().id()
            + " ("
            + inspection.scheme().count()
            + " points)");
    console.print("");
    splits().print(console);
    console.print("");
    console.print("looked into " + inspection.split() + ":");
    contents().lines().stream().skip(1).forEach(console::print);
    for (String remark : inspection.remarks()) {
      console.print("  " + remark);
    }
    print(console, false);
    print(console, true);
    console.print("");
    console.print(verdict());
  }

  private Table splits() {
    Table table = new Table("SPLIT", ">FACES", ">COMPLETE", "");
    for (SplitCount count : inspection.splits()) {
      table.row(
          count.name(),
          count.faces().isPresent() ? Integer.toString(count.faces().getAsInt()) : "-",
          count.expected() == 0 ? "-" : Integer.toString(count.expected()),
          difference(count));
    }
    return table;
  }

  private static String difference(SplitCount count) {
    if (!count.differs()) {
      return "";
    }
    int missing = count.expected() - count.faces().orElse(count.expected());
    return missing > 0
        ? "partial copy: " + missing + " missing"
        : -missing + " more than there are";
  }

  private Table contents() {
    int faces = inspection.faces();
    Table table = new Table("", "");
    table.row("  faces", faces + of(inspection.expectedFaces()));
    table.row(
        "  pictures",
        faces > 0 && inspection.pictures() == faces
            ? "of every face"
            : "of " + inspection.pictures() + " faces");
    row(table, "  longer sides, px", inspection.pictureSizes());
    row(table, "  faces' sides, px", inspection.faceSizes());
    if (inspection.severalFaces() > 0) {
      table.row("  several faces", "in " + inspection.severalFaces() + " pictures");
    }
    if (inspection.boxes() > 0) {
      table.row("  boxes", "of " + inspection.boxes() + " faces");
    }
    if (inspection.withFlags() > 0) {
      table.row(
          "  occlusion flags",
          "of "
              + inspection.withFlags()
              + " faces, "
              + Figures.percent(inspection.occludedShare(), 1)
              + " of their points hidden");
    }
    table.row("  fingerprint", inspection.sha256());
    return table;
  }

  private static String of(int expected) {
    return expected == 0 ? "" : " of " + expected;
  }

  private static void row(Table table, String heading, Optional<SizeRange> sizes) {
    sizes.ifPresent(
        range ->
            table.row(
                heading,
                range.smallest() + " to " + range.largest() + ", median " + range.median()));
  }

  private void print(Console console, boolean faults) {
    for (FindingKind kind : FindingKind.values()) {
      int count = inspection.counts().getOrDefault(kind, 0);
      if (kind.isFault() != faults || count == 0) {
        continue;
      }
      console.print("");
      console.print(
          kind.heading() + ": " + count + (faults ? "" : " (no fault, but worth a look)"));
      List<Finding> ofKind =
          inspection.findings().stream().filter(finding -> finding.kind() == kind).toList();
      ofKind.stream().limit(MOST_OF_A_KIND).forEach(f -> console.print("  " + f.message()));
      if (count > MOST_OF_A_KIND) {
        console.print(
            "  ... and "
                + (count - MOST_OF_A_KIND)
                + " more"
                + (ofKind.size() > MOST_OF_A_KIND ? " (--json lists " + ofKind.size() + ")" : ""));
      }
    }
  }

  private String verdict() {
    int faults = inspection.faults();
    return switch (faults) {
      case 0 -> "no faults";
      case 1 -> "1 fault";
      default -> faults + " faults";
    };
  }
}
