package dev.facealign.trainer.quantise;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.augment.CropCache;
import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.export.onnx.GraphProto;
import dev.facealign.trainer.export.onnx.ModelProto;
import dev.facealign.trainer.export.onnx.TensorProto;
import dev.facealign.trainer.export.onnx.TypeProto;
import dev.facealign.trainer.export.onnx.ValueInfoProto;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Shows what goes through a network, face after face: one face's tensors are in memory. */
final class ActivationRun {

  /** Is shown a tensor of a face. */
  interface Observer {

    /**
     * Called for each tensor of each face.
     *
     * @param tensor its name
     * @param channels C
     * @param values all of its numbers, channel after channel
     */
    void observe(String tensor, int channels, FloatBuffer values);
  }

  private ActivationRun() {}

  /**
   * Runs faces that lie evenly over all: neighbours are often pictures of one collection.
   *
   * @param tensors what is shown
   * @param count faces, at most those there are
   * @return false where {@code stop} said so
   */
  static boolean over(
      NetworkGraph network,
      Collection<String> tensors,
      CropCache faces,
      int count,
      BooleanSupplier stop,
      Observer observer)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    int size = faces.sizePx();
    long[] shape = {1, 3, size, size};
    float[] pixels = new float[3 * size * size];
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(showing(network, tensors), options)) {
      for (int i = 0; i < count; i++) {
        if (stop.getAsBoolean()) {
          return false;
        }
        faces.centre((int) ((long) i * faces.size() / count), pixels);
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
            OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
          for (String tensor : tensors) {
            if (tensor.equals(OnnxExport.INPUT)) {
              observer.observe(tensor, 3, FloatBuffer.wrap(pixels));
            } else {
              OnnxTensor shown = (OnnxTensor) result.get(tensor).orElseThrow();
              int channels = Math.toIntExact(shown.getInfo().getShape()[1]);
              observer.observe(tensor, channels, shown.getFloatBuffer());
            }
          }
        }
      }
    }
    return true;
  }

  /** The network with tensors as outputs besides its own. */
  private static byte[] showing(NetworkGraph network, Collection<String> tensors) {
    ModelProto.Builder model = network.frame();
    GraphProto.Builder graph = model.getGraphBuilder().addAllNode(network.nodes());
    network.addConstants(graph);
    TypeProto numbers =
        TypeProto.newBuilder()
            .setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE))
            .build();
    for (String tensor : tensors) {
      if (!tensor.equals(OnnxExport.INPUT)) {
        graph.addOutput(ValueInfoProto.newBuilder().setName(tensor).setType(numbers));
      }
    }
    return model.build().toByteArray();
  }
}
