package dev.facealign.render;

import java.awt.Color;
import java.util.SplittableRandom;

/**
 * A person's colours.
 *
 * @param skin of the face
 * @param hair of head and brows
 * @param iris of the eyes
 * @param lips painted or not
 */
record Palette(Color skin, Color hair, Color iris, Color lips) {
  /** From light to dark. */
  private static final int[] SKIN = {
    0xf6d9c4, 0xecc3a4, 0xdfae8a, 0xc98f67, 0xa8704a, 0x7d4f33, 0x523322
  };

  private static final int[] HAIR = {
    0x17120f, 0x2b1d15, 0x4a3120, 0x6b4a2e, 0x9c7446, 0xc7a469, 0x8c3f20, 0x8a8a8a, 0xd8d5cf
  };

  private static final int[] IRIS = {0x3b2314, 0x5a3a1e, 0x7b5a2c, 0x4d6b3c, 0x4f7ea3, 0x7d93a1};

  private static final int[] LIPSTICK = {0xb3202c, 0xc2566b, 0x8e2f4f, 0xa94438};

  static Palette of(SplittableRandom random) {
    double tone = random.nextDouble(SKIN.length - 1);
    Color skin =
        shade(
            mix(new Color(SKIN[(int) tone]), new Color(SKIN[(int) tone + 1]), tone - (int) tone),
            random.nextDouble(0.92, 1.06));
    // Dark skin seldom goes with light hair and eyes.
    int hairs = tone > 4 ? 3 : HAIR.length;
    int irises = tone > 4 ? 2 : IRIS.length;
    Color hair = shade(new Color(HAIR[random.nextInt(hairs)]), random.nextDouble(0.8, 1.2));
    Color iris = shade(new Color(IRIS[random.nextInt(irises)]), random.nextDouble(0.85, 1.15));
    Color natural = mix(shade(skin, 0.82), new Color(0xa83c46), 0.38);
    Color lips =
        random.nextDouble() < 0.2 ? new Color(LIPSTICK[random.nextInt(LIPSTICK.length)]) : natural;
    return new Palette(skin, hair, iris, lips);
  }

  /** Part way from one colour to another. */
  static Color mix(Color from, Color to, double share) {
    return new Color(
        clamp(from.getRed() + share * (to.getRed() - from.getRed())),
        clamp(from.getGreen() + share * (to.getGreen() - from.getGreen())),
        clamp(from.getBlue() + share * (to.getBlue() - from.getBlue())));
  }

  /** Darker (below 1) or lighter. */
  static Color shade(Color colour, double factor) {
    return new Color(
        clamp(colour.getRed() * factor),
        clamp(colour.getGreen() * factor),
        clamp(colour.getBlue() * factor));
  }

  /** See-through; 1 is opaque. */
  static Color alpha(Color colour, double alpha) {
    return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), clamp(255 * alpha));
  }

  private static int clamp(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
