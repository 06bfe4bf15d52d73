package dev.facealign.trainer.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a test saw, for the report. */
final class Findings {
  private final List<String> seen = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();

  /** Notes one thing seen: words with numbers. */
  void saw(String format, Object... values) {
    seen.add(String.format(Locale.ROOT, format, values));
  }

  /** Adds a table in Markdown that stands below the rows. */
  void table(String title, List<String> lines) {
    tables.add("## " + title + "\n\n" + String.join("\n", lines));
  }

  String seen() {
    return String.join("; ", seen);
  }

  List<String> tables() {
    return tables;
  }

  /** Seconds between two times. */
  static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1e3;
  }

  /** Median, worst and number of some durations: "median 0.21 s, worst 0.50 s of 15". */
  static String spread(List<Double> seconds) {
    List<Double> sorted = seconds.stream().sorted().toList();
    return sorted.isEmpty()
        ? "none"
        : String.format(
            Locale.ROOT,
            "median %.3f s, worst %.3f s of %d",
            median(seconds),
            sorted.get(sorted.size() - 1),
            sorted.size());
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
