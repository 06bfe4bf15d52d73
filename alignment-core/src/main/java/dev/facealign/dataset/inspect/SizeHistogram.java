package dev.facealign.dataset.inspect;

import java.util.Optional;

/** Counts sizes; memory does not depend on their number. */
final class SizeHistogram {
  /** Larger ones count as this. */
  private static final int LARGEST_PX = 1 << 16;

  private final int[] counts = new int[LARGEST_PX + 1];
  private int total;

  void add(double px) {
    counts[(int) Math.round(Math.max(0, Math.min(LARGEST_PX, px)))]++;
    total++;
  }

  /** Empty where nothing was added. */
  Optional<SizeRange> range() {
    return total == 0
        ? Optional.empty()
        : Optional.of(new SizeRange(ofRank(0), ofRank((total - 1) / 2), ofRank(total - 1)));
  }

  private int ofRank(int rank) {
    int below = 0;
    int px = 0;
    while (below + counts[px] <= rank) {
      below += counts[px++];
    }
    return px;
  }
}
