package dev.facealign.evaluation.measure;

import dev.facealign.landmark.Landmarks;

/** What a model said of one face. */
public sealed interface Prediction {

  /**
   * Landmarks.
   *
   * @param landmarks in pixels of the picture
   */
  record Points(Landmarks landmarks) implements Prediction {}

  /**
   * Nothing; a failure at every threshold.
   *
   * @param reason for people
   */
  record Missing(String reason) implements Prediction {}
}
