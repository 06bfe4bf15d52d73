package dev.facealign.trainer.page;

import dev.facealign.platform.page.Chart;
import dev.facealign.platform.page.Figures;
import dev.facealign.platform.page.Html;
import dev.facealign.v1.EpochCompleted;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A run's figures by epoch, drawn. */
final class CourseSection {
  /** The first epochs' errors are so large that the rest would be a flat line beside them. */
  private static final double LARGEST_OVER_SMALLEST = 6;

  /** More dots would hide the line. */
  private static final int MOST_DOTS = 60;

  private final Html html;
  private final List<EpochCompleted> epochs;

  /**
   * @param epochs by number, at least one
   */
  CourseSection(Html html, List<EpochCompleted> epochs) {
    this.html = html;
    this.epochs = epochs;
  }

  void write() {
    html.open("section", "class", "card", "id", "course").element("h2", "Course");
    html.open("div", "class", "pair");
    plot(new Curve("Held-out NME", "NME, %", "c0", true, e -> 100 * e.getValidationNme()));
    plot(new Curve("Training loss", "loss", "c1", true, EpochCompleted::getLoss));
    plot(
        new Curve(
            "Learning rate",
            "learning rate, thousandths",
            "c2",
            false,
            e -> 1000 * e.getLearningRate()));
    if (epochs.stream().anyMatch(e -> e.getSmoothFaceComponents() > 0)) {
      plot(
          new Curve(
              "Smooth face",
              "eigenvectors kept",
              "c3",
              false,
              EpochCompleted::getSmoothFaceComponents));
    }
    html.close().close();
  }

  /**
   * What a plot shows.
   *
   * @param name of the plot
   * @param axis title of the upright axis
   * @param style class of the line
   * @param cutOff whether values far above the smallest are left out of the plot
   * @param value of an epoch
   */
  private record Curve(
      String name,
      String axis,
      String style,
      boolean cutOff,
      ToDoubleFunction<EpochCompleted> value) {}

  private void plot(Curve curve) {
    double[] x = epochs.stream().mapToDouble(EpochCompleted::getEpoch).toArray();
    double[] y = epochs.stream().mapToDouble(curve.value()).toArray();
    Chart.Axis upright = Chart.Axis.upTo(curve.axis(), 1.05 * highest(curve));
    boolean beyond = Arrays.stream(y).anyMatch(value -> value > upright.to());
    html.open("figure");
    Chart chart =
        new Chart(
            html,
            curve.name() + " by epoch",
            Chart.Axis.upTo("epoch", Math.max(5, epochs.get(epochs.size() - 1).getEpochs())),
            upright);
    chart.curve(curve.style(), x, y);
    if (x.length <= MOST_DOTS) {
      for (int i = 0; i < x.length; i++) {
        chart.dot(
            curve.style(),
            x[i],
            y[i],
            "epoch " + epochs.get(i).getEpoch() + ": " + Figures.number(y[i], 3));
      }
    }
    chart.close();
    html.element("figcaption", curve.name() + (beyond ? "; larger values at the upper edge" : ""))
        .close();
  }

  private double highest(Curve curve) {
    double[] finite =
        epochs.stream().mapToDouble(curve.value()).filter(Double::isFinite).sorted().toArray();
    if (finite.length == 0) {
      return 1;
    }
    double largest = finite[finite.length - 1];
    return curve.cutOff()
        ? Math.min(largest, LARGEST_OVER_SMALLEST * Math.max(0, finite[0]))
        : largest;
  }
}
