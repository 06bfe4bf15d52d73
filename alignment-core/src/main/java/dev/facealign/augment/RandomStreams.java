package dev.facealign.augment;

import java.util.SplittableRandom;

/**
 * The random generators of a run, each derived from the run's seed and what it is for. What is
 * drawn for one face in one epoch depends on nothing else: not on threads, not on the faces before
 * it, not on where a run was resumed.
 */
public final class RandomStreams {

  private static final long WEIGHTS = 1;
  private static final long ORDER = 2;
  private static final long FACE = 3;
  private static final long STEP = 4;

  private final long seed;

  /** The generators of a run with this seed. */
  public RandomStreams(long seed) {
    this.seed = seed;
  }

  /** Seed of the first weights. */
  public long weights() {
    return derive(WEIGHTS, 0, 0);
  }

  /** For the order of an epoch's faces. */
  public SplittableRandom order(int epoch) {
    return new SplittableRandom(derive(ORDER, epoch, 0));
  }

  /** For the changes of a face in an epoch. */
  public SplittableRandom face(int epoch, int face) {
    return new SplittableRandom(derive(FACE, epoch, face));
  }

  /** Seed of what the network itself draws in a step: dropout. */
  public int step(int epoch, int step) {
    return (int) derive(STEP, epoch, step);
  }

  private long derive(long purpose, long a, long b) {
    return mix(mix(mix(mix(seed) + purpose) + a) + b);
  }

  /** MurmurHash3's 64 bit finalizer behind an odd increment. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }
}
