package dev.facealign.trainer.sample;

import dev.facealign.augment.CropCache;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.trainer.augment.RenderedFaces;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.trainer.run.SampleFaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Samples of a run that comes nearer to the truth of rendered faces from epoch to epoch. */
public final class DrawnSamples {
  private final SampleFaces faces;

  /**
   * @param root gets a dataset
   * @param count faces
   * @param sizePx side of the network's input
   */
  public DrawnSamples(Path root, int count, int sizePx) {
    faces =
        SampleFaces.of(
            CropCache.load(
                    RenderedFaces.in(root, count + 2).faces(),
                    FaceCropping.of(CropPolicy.SQUARE_V1),
                    sizePx,
                    Long.MAX_VALUE,
                    () -> false)
                .orElseThrow(),
            count);
  }

  public SampleFaces faces() {
    return faces;
  }

  /** Each point is a fifth of the crop's side divided by the epoch too far to the right. */
  public EpochSamples epoch(int epoch) {
    List<EpochSamples.Prediction> predictions = new ArrayList<>();
    for (int place = 0; place < faces.size(); place++) {
      double[] truth = faces.labels(place);
      List<Float> labels =
          IntStream.range(0, truth.length)
              .mapToObj(k -> (float) (truth[k] + (k % 2 == 0 ? 0.2 / epoch : 0)))
              .toList();
      predictions.add(new EpochSamples.Prediction(labels, 0.4 / epoch));
    }
    return new EpochSamples(faces, predictions);
  }
}
