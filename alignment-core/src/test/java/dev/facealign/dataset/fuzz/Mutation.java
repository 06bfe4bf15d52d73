package dev.facealign.dataset.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Spoils good files: bits, bytes, numbers, cuts, repetitions, pieces of other files. */
final class Mutation {
  private static final long[] TELLING = {
    0,
    1,
    2,
    7,
    8,
    16,
    127,
    128,
    255,
    256,
    1000,
    32_767,
    65_535,
    1 << 20,
    1 << 24,
    Integer.MAX_VALUE,
    0xffff_ffffL,
    1L << 33,
    Long.MAX_VALUE,
    -1,
    -2,
    Long.MIN_VALUE
  };

  private final List<byte[]> seeds;
  private final SplittableRandom random;

  Mutation(List<byte[]> seeds, SplittableRandom random) {
    this.seeds = seeds;
    this.random = random;
  }

  /** The next spoilt file. */
  byte[] next() {
    byte[] content = seed().clone();
    for (int spoils = 1 << random.nextInt(4); spoils > 0; spoils--) {
      content = spoil(content);
    }
    return content;
  }

  private byte[] seed() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] spoil(byte[] content) {
    if (content.length == 0) {
      return seed().clone();
    }
    int at = random.nextInt(content.length);
    switch (random.nextInt(10)) {
      case 0, 1 -> content[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> content[at] = (byte) random.nextInt(256);
      case 3, 4, 5 -> number(content, at);
      case 6 -> {
        return Arrays.copyOf(content, at);
      }
      case 7 -> {
        return joined(content, at, content, Math.min(content.length, at + random.nextInt(64)));
      }
      case 8 -> {
        return joined(content, at, content, Math.max(0, at - random.nextInt(64)));
      }
      default -> {
        byte[] other = seed();
        return joined(content, at, other, random.nextInt(other.length + 1));
      }
    }
    return content;
  }

  /** A number of one to eight bytes, little endian, where one may stand. */
  private void number(byte[] content, int at) {
    int bytes = 1 << random.nextInt(4);
    int first = random.nextBoolean() ? at / bytes * bytes : at;
    long value = TELLING[random.nextInt(TELLING.length)];
    for (int i = 0; i < bytes && first + i < content.length; i++) {
      content[first + i] = (byte) (value >> (8 * i));
    }
  }

  private static byte[] joined(byte[] head, int headEnd, byte[] tail, int tailStart) {
    byte[] joined = Arrays.copyOf(head, headEnd + tail.length - tailStart);
    System.arraycopy(tail, tailStart, joined, headEnd, tail.length - tailStart);
    return joined;
  }
}
