package dev.facealign.render;

import java.util.SplittableRandom;

/**
 * A head in three dimensions. Lengths are in half widths of an average face; the origin lies
 * between the eyes, x goes to the picture's right, y down, z towards the viewer. Proportions vary
 * about those of an average adult.
 */
final class HeadShape {
  static final int LANDMARKS = 68;

  /** The first points run along the jaw. */
  static final int JAW = 17;

  /** Points of the arc from the right temple over the forehead to the left one. */
  static final int FOREHEAD = 9;

  private static final int CHIN = 8;

  private final double[][] landmarks = new double[LANDMARKS][];
  private final double[][] forehead = new double[FOREHEAD][];
  private final double eyeWidth;
  private final double lipThickness;

  HeadShape(SplittableRandom random) {
    double faceWidth = vary(random, 1, 0.05, 0.88, 1.12);
    eyeWidth = vary(random, 0.175, 0.012, 0.145, 0.205);
    lipThickness = vary(random, 1, 0.22, 0.5, 1.6);
    double mouthGap = mouthGap(random);
    jaw(random, faceWidth, mouthGap);
    brows(random);
    eyes(random);
    nose(random);
    mouth(random, mouthGap);
    forehead(random, faceWidth);
    asymmetry(random);
  }

  /** 300W's 68 points: x, y, z each. */
  double[][] landmarks() {
    return landmarks;
  }

  /** Skin between the temples and the hair, from right to left. */
  double[][] forehead() {
    return forehead;
  }

  /** Half the distance of an eye's corners. */
  double eyeWidth() {
    return eyeWidth;
  }

  private static double mouthGap(SplittableRandom random) {
    double mood = random.nextDouble();
    if (mood < 0.55) {
      return random.nextDouble(0.0, 0.02);
    }
    return mood < 0.9 ? random.nextDouble(0.04, 0.16) : random.nextDouble(0.16, 0.42);
  }

  private void jaw(SplittableRandom random, double faceWidth, double mouthGap) {
    double width = vary(random, 2.2, 0.22, 1.75, 2.8);
    double height = vary(random, 1.55, 0.1, 1.3, 1.8);
    double chin = vary(random, 1.589, 0.06, 1.44, 1.75) + 0.5 * mouthGap;
    for (int i = 0; i < JAW; i++) {
      double along = Math.abs(i - CHIN) / (double) CHIN;
      double x = faceWidth * (1 - Math.pow(1 - along, width));
      double y = chin * (1 - Math.pow(along, height));
      double z = 0.15 - 0.85 * Math.pow(along, 1.7);
      landmarks[i] = new double[] {i < CHIN ? -x : x, y, z};
    }
  }

  private void brows(SplittableRandom random) {
    double low = vary(random, -0.176, 0.035, -0.26, -0.1);
    double arch = vary(random, 0.15, 0.035, 0.06, 0.25);
    double frown = vary(random, 0, 0.03, -0.08, 0.08);
    double reach = vary(random, 0, 0.03, -0.07, 0.07);
    for (int j = 0; j < 5; j++) {
      double u = j / 4.0;
      double x = 0.775 - reach - u * (0.622 - 2 * reach);
      double bend = (u - 0.55) / 0.55;
      double y = low - arch * (1 - bend * bend) + frown * (u - 0.3);
      double z = 0.40 - 0.45 * x * x;
      landmarks[17 + j] = new double[] {-x, y, z};
      landmarks[26 - j] = new double[] {x, y, z};
    }
  }

  private void eyes(SplittableRandom random) {
    double centre = vary(random, 0.4125, 0.018, 0.37, 0.46);
    double open = random.nextDouble() < 0.06 ? 0.06 : vary(random, 1, 0.22, 0.4, 1.7);
    double slant = vary(random, 0, 0.018, -0.04, 0.045);
    double upper = 0.07 * open;
    double lower = 0.036 * Math.sqrt(open);
    double[] xs = {-1, -0.37, 0.33, 1, 0.32, -0.38};
    double[] ys = {-slant, -upper, -upper * 0.98, 0.016 + slant, lower, lower * 0.97};
    // Outer corner, two points of the upper lid, inner corner, two of the lower lid; the right eye
    // runs inside out.
    int[] left = {36, 37, 38, 39, 40, 41};
    int[] right = {45, 44, 43, 42, 47, 46};
    for (int j = 0; j < 6; j++) {
      double x = centre - eyeWidth * xs[j];
      double bulge = 0.06 * (1 - xs[j] * xs[j]);
      double z = 0.30 - 0.55 * x * x + bulge;
      landmarks[left[j]] = new double[] {-x, ys[j], z};
      landmarks[right[j]] = new double[] {x, ys[j], z};
    }
  }

  private void nose(SplittableRandom random) {
    double length = vary(random, 1, 0.07, 0.82, 1.2);
    double width = vary(random, 1, 0.1, 0.72, 1.35);
    double tip = vary(random, 0.76, 0.05, 0.62, 0.9);
    double[] bridgeY = {-0.036, 0.127, 0.288, 0.454};
    double[] bridgeZ = {0.36, 0.47, 0.6, 1};
    for (int j = 0; j < 4; j++) {
      double z = j == 3 ? tip : bridgeZ[j] * tip / 0.76;
      landmarks[27 + j] = new double[] {0, bridgeY[j] * length, z};
    }
    double[] baseX = {-0.208, -0.109, 0, 0.109, 0.208};
    double[] baseY = {0.581, 0.619, 0.648, 0.619, 0.581};
    double[] baseZ = {0.36, 0.5, 0.55, 0.5, 0.36};
    for (int j = 0; j < 5; j++) {
      landmarks[31 + j] = new double[] {baseX[j] * width, baseY[j] * length, baseZ[j]};
    }
  }

  private void mouth(SplittableRandom random, double gap) {
    double smile = vary(random, 0.25, 0.45, -0.6, 1.2);
    double half = vary(random, 0.375, 0.022, 0.31, 0.43) * (1 + 0.12 * smile) * (1 - 0.25 * gap);
    double y = vary(random, 0.9, 0.03, 0.83, 0.98);
    double up = 0.072 * lipThickness;
    double low = 0.115 * lipThickness;
    double corner = y + 0.4 * gap - 0.035 * smile;
    double bottom = y + gap;
    put(48, -half, corner, 0.22);
    put(49, -0.62 * half, y - 0.72 * up, 0.36);
    put(50, -0.25 * half, y - 1.18 * up, 0.47);
    put(51, 0, y - 0.92 * up, 0.5);
    put(52, 0.25 * half, y - 1.18 * up, 0.47);
    put(53, 0.62 * half, y - 0.72 * up, 0.36);
    put(54, half, corner, 0.22);
    put(55, 0.64 * half, (corner + 2.2 * (bottom + low)) / 3.2, 0.34);
    put(56, 0.28 * half, bottom + 0.93 * low, 0.45);
    put(57, 0, bottom + low, 0.47);
    put(58, -0.28 * half, bottom + 0.93 * low, 0.45);
    put(59, -0.64 * half, (corner + 2.2 * (bottom + low)) / 3.2, 0.34);
    put(60, -0.84 * half, corner + 0.006, 0.26);
    put(61, -0.26 * half, y - 0.01, 0.43);
    put(62, 0, y, 0.44);
    put(63, 0.26 * half, y - 0.01, 0.43);
    put(64, 0.84 * half, corner + 0.006, 0.26);
    put(65, 0.26 * half, bottom - 0.004, 0.42);
    put(66, 0, bottom + 0.004, 0.43);
    put(67, -0.26 * half, bottom - 0.004, 0.42);
  }

  private void forehead(SplittableRandom random, double faceWidth) {
    double height = vary(random, 1.02, 0.07, 0.85, 1.2);
    for (int j = 0; j < FOREHEAD; j++) {
      double angle = Math.PI * (j + 1) / (FOREHEAD + 1);
      double x = 0.97 * faceWidth * Math.cos(angle);
      double y = -height * Math.pow(Math.sin(angle), 0.8);
      double z = -0.62 + 0.72 * Math.pow(Math.sin(angle), 1.2);
      forehead[j] = new double[] {x, y, z};
    }
  }

  /** No face is its own mirror image: a smooth field moves its points a little. */
  private void asymmetry(SplittableRandom random) {
    double shear = 0.012 * gaussian(random);
    double bend = 0.015 * gaussian(random);
    double phase = random.nextDouble(2 * Math.PI);
    for (double[] p : landmarks) {
      p[0] += shear * p[1] + 0.01 * Math.sin(2.3 * p[1] + phase);
      p[1] += bend * p[0] + 0.008 * Math.sin(2.9 * p[0] + phase);
    }
  }

  private void put(int m, double x, double y, double z) {
    landmarks[m] = new double[] {x, y, z};
  }

  static double vary(
      SplittableRandom random, double mean, double deviation, double low, double high) {
    return Math.max(low, Math.min(high, mean + deviation * gaussian(random)));
  }

  private static double gaussian(SplittableRandom random) {
    return random.nextGaussian();
  }
}
