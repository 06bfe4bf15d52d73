package dev.facealign.cli.training;

import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.v1.EpochCompleted;
import java.util.Locale;

/**
 * Where a running job stands, between its events too.
 *
 * @param epoch the newest epoch's figures; all zero before the first
 * @param atNanos when they came, on the clock of {@link System#nanoTime}
 */
record JobProgress(EpochCompleted epoch, long atNanos) {

  /** One line: the figures of the newest epoch, and the share done and time left as of now. */
  String text(long nowNanos) {
    if (epoch.getEpochs() == 0) {
      return "training "
          + ProgressLine.bar(0)
          + "  first epoch, "
          + Figures.roughSpan(secondsSince(nowNanos));
    }
    int epochs = epoch.getEpochs();
    double withinEpoch =
        epoch.getEpochSeconds() > 0
            ? Math.min(0.99, secondsSince(nowNanos) / epoch.getEpochSeconds())
            : 0;
    double done = Math.min(epochs, epoch.getEpoch() + withinEpoch);
    double left = Math.max(0, epoch.getRemainingSeconds() - secondsSince(nowNanos));
    int digits = Integer.toString(epochs).length();
    return String.format(Locale.ROOT, "epoch %" + digits + "d/%d ", epoch.getEpoch(), epochs)
        + ProgressLine.bar(done / epochs)
        + "  loss "
        + Figures.significant(epoch.getLoss(), 3)
        + "  NME "
        + Figures.percent(epoch.getValidationNme(), 2)
        + "  "
        + Figures.decimal(epoch.getImagesPerSecond(), 0)
        + " img/s"
        + "  "
        + Figures.roughSpan(left)
        + " left";
  }

  private double secondsSince(long nowNanos) {
    return Math.max(0, (nowNanos - atNanos) / 1e9);
  }
}
