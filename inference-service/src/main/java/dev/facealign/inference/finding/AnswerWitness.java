package dev.facealign.inference.finding;

import dev.facealign.image.RgbImage;
import dev.facealign.v1.ModelManifest;
import java.util.List;

/** Is shown what was answered, after the caller. */
public interface AnswerWitness {

  /**
   * A picture's faces were answered. Called by a thread of the pool, which others wait for: must be
   * brief and must not throw.
   *
   * @param model which answered
   * @param image the upright picture
   * @param faces with the points as the model told them, not smoothed over time
   */
  void answered(ModelManifest model, RgbImage image, List<LandmarkAnswer.Face> faces);
}
