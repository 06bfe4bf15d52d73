package dev.facealign.evaluation.report;

import dev.facealign.v1.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The faces of a report that are drawn: the best, the median and the worst ones.
 *
 * @param shown by their places in the report; each once, worst first after best and median
 */
record ShownFaces(List<Shown> shown) {

  /** Pictures are large; 24 show what goes wrong. */
  private static final int WORST = 24;

  /**
   * A face.
   *
   * @param place in the report's faces
   * @param why in a word or two
   */
  record Shown(int place, String why) {}

  static ShownFaces of(Evaluation report) {
    List<Integer> ascending =
        IntStream.range(0, report.getFacesCount())
            .filter(place -> report.getFaces(place).hasNme())
            .boxed()
            .sorted(Comparator.comparingDouble(place -> report.getFaces(place).getNme()))
            .toList();
    List<Shown> shown = new ArrayList<>();
    int valid = ascending.size();
    if (valid > 0) {
      shown.add(new Shown(ascending.get(0), "best"));
    }
    if (valid > 2) {
      shown.add(new Shown(ascending.get((valid - 1) / 2), "median"));
    }
    int worst = 0;
    for (int i = valid - 1; i >= 0 && worst < WORST; i--) {
      int place = ascending.get(i);
      if (shown.stream().noneMatch(face -> face.place() == place)) {
        worst++;
        shown.add(new Shown(place, worst == 1 ? "worst" : "worst " + worst));
      }
    }
    return new ShownFaces(List.copyOf(shown));
  }
}
