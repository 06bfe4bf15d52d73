package dev.facealign.inference.track;

import dev.facealign.fault.FaultException;

/**
 * Settings of the One-Euro filter (Casiez, Roussel, Vogel: CHI 2012). Positions are shares of the
 * face's size.
 *
 * @param minCutoffHz cutoff frequency at rest, above 0; lower is smoother
 * @param beta how fast the cutoff rises with speed: hertz for each face size a second, 0 or more
 * @param derivativeCutoffHz cutoff frequency of the speed itself, above 0
 */
public record Smoothing(double minCutoffHz, double beta, double derivativeCutoffHz) {
  private static final String PREFIX = "options.smoothing.";

  /** What a request has that says nothing else. */
  public static final Smoothing DEFAULT = new Smoothing(1, 30, 1);

  public Smoothing {
    requireFrequency("min_cutoff_hz", minCutoffHz);
    if (!(beta >= 0) || !Double.isFinite(beta)) {
      throw FaultException.invalid(
          PREFIX + "beta", beta, ">= 0, hertz for each face size a second");
    }
    requireFrequency("derivative_cutoff_hz", derivativeCutoffHz);
  }

  private static void requireFrequency(String name, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw FaultException.invalid(PREFIX + name, value, "> 0, hertz");
    }
  }
}
