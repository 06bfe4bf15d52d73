package dev.facealign.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in columns. A column whose heading begins with ">" is aligned to the right. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row with a cell for each column. */
  public Table row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + headings.size() + ")");
    }
    rows.add(List.copyOf(Arrays.asList(cells)));
    return this;
  }

  /** Whether it has no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The table's lines, headings first, without spaces at their ends. */
  public List<String> lines() {
    int columns = headings.size();
    boolean[] right = new boolean[columns];
    List<String> titles = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      String heading = headings.get(c);
      right[c] = heading.startsWith(">");
      titles.add(right[c] ? heading.substring(1) : heading);
    }
    List<List<String>> all = new ArrayList<>();
    all.add(titles);
    all.addAll(rows);
    int[] widths = new int[columns];
    for (List<String> row : all) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        String padding = " ".repeat(widths[c] - cell.length());
        line.append(c == 0 ? "" : GAP).append(right[c] ? padding + cell : cell + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Writes the table as a result. */
  public void print(Console console) {
    lines().forEach(console::print);
  }
}
