package dev.facealign.inference.network;

import org.jspecify.annotations.Nullable;

/** What a network answers for one crop, in label units: shares of the crop's sides. */
public final class NetworkAnswer {
  private final float[] labels;
  private final float @Nullable [] expectedErrors;

  /**
   * An answer; the arrays are its own from now on.
   *
   * @param labels 2M numbers x0, y0, x1, y1, ..., which may be NaN
   * @param expectedErrors M numbers, each point's expected distance from the true one, which may be
   *     NaN too; null: the network tells none
   */
  public NetworkAnswer(float[] labels, float @Nullable [] expectedErrors) {
    this.labels = labels;
    this.expectedErrors = expectedErrors;
  }

  /** 2M numbers x0, y0, x1, y1, ..., not copied. */
  public float[] labels() {
    return labels;
  }

  /** M numbers, as the network told them, not copied; null: it tells none. */
  public float @Nullable [] expectedErrors() {
    return expectedErrors;
  }
}
