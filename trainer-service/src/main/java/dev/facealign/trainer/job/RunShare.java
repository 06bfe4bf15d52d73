package dev.facealign.trainer.job;

/** Shares of a run as numbers of its epochs or steps. */
public final class RunShare {
  /** 0.55 of 100 is 55.000000000000007 in binary: what is reached within rounding is reached. */
  private static final double ROUNDING = 1e-6;

  private RunShare() {}

  /**
   * The first epoch or step, from 0, that lies behind a share of the run.
   *
   * @param share in [0, 1]
   * @param length of the run, epochs or steps
   */
  public static long first(double share, long length) {
    return (long) Math.ceil(share * length - ROUNDING);
  }
}
