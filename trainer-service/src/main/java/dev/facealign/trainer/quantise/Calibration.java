package dev.facealign.trainer.quantise;

import ai.onnxruntime.OrtException;
import dev.facealign.augment.CropCache;
import dev.facealign.trainer.export.OnnxExport;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What goes through a network on faces it was trained on.
 *
 * @param channels each tensor's channels
 * @param scales each tensor's scale
 */
record Calibration(Map<String, ChannelFigures> channels, Map<String, ActivationScale> scales) {

  /** Pictures are what they are: all of [0, 1] is kept. */
  private static final ActivationScale PICTURE = ActivationScale.covering(0, 1);

  /**
   * Looks at a network's tensors, and makes its bottlenecks even on the way (see {@link
   * BottleneckEqualisation}).
   *
   * @param tensors those that become integers
   * @return empty where {@code stop} said so
   */
  static Optional<Calibration> of(
      NetworkGraph graph,
      Collection<String> tensors,
      CropCache faces,
      int count,
      BooleanSupplier stop)
      throws OrtException {
    Map<String, ChannelFigures> channels = new LinkedHashMap<>();
    boolean seen =
        ActivationRun.over(
            graph,
            tensors,
            faces,
            count,
            stop,
            (tensor, width, values) ->
                channels.computeIfAbsent(tensor, name -> new ChannelFigures(width)).add(values));
    if (!seen) {
      return Optional.empty();
    }
    BottleneckEqualisation.apply(graph, channels);
    Map<String, Histogram> histograms = new LinkedHashMap<>();
    channels.forEach(
        (tensor, figures) ->
            histograms.put(tensor, new Histogram(figures.least(), figures.most())));
    boolean seenAgain =
        ActivationRun.over(
            graph,
            tensors,
            faces,
            count,
            stop,
            (tensor, width, values) ->
                histograms.computeIfPresent(
                    tensor,
                    (name, histogram) -> {
                      histogram.add(values);
                      return histogram;
                    }));
    if (!seenAgain) {
      return Optional.empty();
    }
    Map<String, ActivationScale> scales = new LinkedHashMap<>();
    histograms.forEach((tensor, histogram) -> scales.put(tensor, histogram.best()));
    scales.put(OnnxExport.INPUT, PICTURE);
    return Optional.of(new Calibration(channels, scales));
  }
}
