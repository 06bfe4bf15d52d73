package dev.facealign.trainer.run;

import java.util.List;

/**
 * What the averaged weights of an epoch predict for a few faces.
 *
 * @param faces the same object as long as the input has one size
 * @param predictions one a face
 */
public record EpochSamples(SampleFaces faces, List<Prediction> predictions) {

  public EpochSamples {
    predictions = List.copyOf(predictions);
  }

  /**
   * For one face.
   *
   * @param labels points x0, y0, x1, y1, ... in label units; a number may be none
   * @param nme by the scheme's default normaliser, a fraction; NaN where there is none
   */
  public record Prediction(List<Float> labels, double nme) {
    static final Prediction NONE = new Prediction(List.of(), Double.NaN);

    public Prediction {
      labels = List.copyOf(labels);
    }
  }
}
