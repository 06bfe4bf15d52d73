package dev.facealign.trainer.quantise;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** What each channel of a tensor was, over some faces. */
final class ChannelFigures {

  private final float[] least;
  private final float[] most;
  private final double[] sum;
  private long numbers;

  ChannelFigures(int channels) {
    least = new float[channels];
    most = new float[channels];
    sum = new double[channels];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
  }

  /** Adds a face's tensor, channel after channel. */
  void add(FloatBuffer values) {
    FloatBuffer from = values.duplicate();
    int numbersOfAChannel = from.remaining() / least.length;
    float[] channel = new float[numbersOfAChannel];
    for (int c = 0; c < least.length; c++) {
      from.get(channel);
      for (float value : channel) {
        least[c] = Math.min(least[c], value);
        most[c] = Math.max(most[c], value);
        sum[c] += value;
      }
    }
    numbers += numbersOfAChannel;
  }

  int channels() {
    return least.length;
  }

  /** Of all channels. */
  double least() {
    double all = Double.POSITIVE_INFINITY;
    for (float value : least) {
      all = Math.min(all, value);
    }
    return all;
  }

  /** Of all channels. */
  double most() {
    double all = Double.NEGATIVE_INFINITY;
    for (float value : most) {
      all = Math.max(all, value);
    }
    return all;
  }

  double largestMagnitude(int channel) {
    return Math.max(-least[channel], most[channel]);
  }

  double mean(int channel) {
    return sum[channel] / numbers;
  }

  /** As if each channel had been multiplied by a factor above 0. */
  void scale(float[] factors) {
    for (int c = 0; c < factors.length; c++) {
      least[c] *= factors[c];
      most[c] *= factors[c];
      sum[c] *= factors[c];
    }
  }
}
