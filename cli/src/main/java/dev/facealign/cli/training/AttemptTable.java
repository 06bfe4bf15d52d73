package dev.facealign.cli.training;

import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.v1.AttemptSummary;
import java.util.List;

/** Attempts at a job as people read them. */
final class AttemptTable {
  private AttemptTable() {}

  /**
   * A row an attempt.
   *
   * @param unended what is said of the newest where it has not told its end
   */
  static Table of(List<AttemptSummary> attempts, String unended) {
    Table table = new Table(">ATTEMPT", "WORKER", "BEGAN", "LAST SEEN", ">EPOCHS", "ENDED");
    for (int i = 0; i < attempts.size(); i++) {
      AttemptSummary attempt = attempts.get(i);
      boolean newest = i == attempts.size() - 1;
      table.row(
          Integer.toString(attempt.getAttempt()),
          attempt.getWorker(),
          Figures.moment(attempt.getStartedAt()),
          Figures.moment(attempt.getLastSeenAt()),
          Integer.toString(attempt.getEpoch()),
          attempt.getEnded().isEmpty()
              ? (newest ? unended : "fell silent")
              : Printable.line(attempt.getEnded()));
    }
    return table;
  }
}
