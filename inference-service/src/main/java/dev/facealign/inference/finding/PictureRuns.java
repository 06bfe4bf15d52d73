package dev.facealign.inference.finding;

import dev.facealign.geometry.Box;
import dev.facealign.inference.model.LoadedModel;
import java.util.List;
import java.util.function.Consumer;

/** What can be done with one decoded picture and its model. */
interface PictureRuns {

  /** The model, open until the picture is answered. */
  LoadedModel model();

  /** The boxes of faces, as the detector finds them, largest first. */
  List<Box> detect();

  /**
   * Runs faces, none of which may be there, and goes on with their points.
   *
   * @param again whether these faces were run before, and so have a place already
   */
  void run(List<Box> boxes, boolean again, Consumer<List<Pass.Points>> next);
}
