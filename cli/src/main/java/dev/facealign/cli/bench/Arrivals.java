package dev.facealign.cli.bench;

import java.util.SplittableRandom;

/** How requests of an open loop follow each other, by the names users give. */
enum Arrivals {
  /** At equal distances. */
  constant {
    @Override
    double gap(SplittableRandom random) {
      return 1;
    }
  },
  /** As those of many callers who know nothing of each other: a Poisson process. */
  poisson {
    @Override
    double gap(SplittableRandom random) {
      // In (0, 1]: its logarithm is finite.
      return -Math.log(1 - random.nextDouble());
    }
  };

  /** Time to the next arrival, as a multiple of the mean. */
  abstract double gap(SplittableRandom random);
}
