package dev.facealign.inference.track;

/**
 * The One-Euro filter of one number over time (Casiez, Roussel, Vogel: "1 Euro Filter: A Simple
 * Speed-based Low-pass Filter for Noisy Input in Interactive Systems", CHI 2012): a low pass whose
 * cutoff frequency rises with the smoothed speed, so that what rests is steady and what moves does
 * not lag. Not thread-safe.
 *
 * <p>The first sample passes unchanged. Time is in seconds and steps may differ, so that the result
 * hardly depends on the frame rate.
 */
final class OneEuroFilter {
  private final Smoothing settings;
  private boolean begun;
  private double value;
  private double raw;
  private double speed;

  OneEuroFilter(Smoothing settings) {
    this.settings = settings;
  }

  /**
   * The next sample, smoothed.
   *
   * @param sample finite
   * @param seconds since the sample before, above 0; of no account for the first
   */
  double next(double sample, double seconds) {
    if (!begun) {
      begun = true;
      value = sample;
      raw = sample;
      return sample;
    }
    double measured = (sample - raw) / seconds;
    raw = sample;
    speed += share(settings.derivativeCutoffHz(), seconds) * (measured - speed);
    double cutoff = settings.minCutoffHz() + settings.beta() * Math.abs(speed);
    value += share(cutoff, seconds) * (sample - value);
    return value;
  }

  /** How much of the way to the sample a low pass of this cutoff goes in this time. */
  private static double share(double cutoffHz, double seconds) {
    double turns = 2 * Math.PI * cutoffHz * seconds;
    return turns / (1 + turns);
  }
}
