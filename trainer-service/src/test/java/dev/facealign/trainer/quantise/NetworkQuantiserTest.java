package dev.facealign.trainer.quantise;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.augment.CropCache;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.trainer.augment.RenderedFaces;
import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.export.onnx.ModelProto;
import dev.facealign.trainer.export.onnx.NodeProto;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.LivelyNetwork;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkQuantiserTest {
  private static final int SIZE = 64;
  private static final int FACES = 12;

  @TempDir static Path folder;
  private static FaceDataset dataset;
  private static CropCache faces;

  @BeforeAll
  static void draw() {
    dataset = RenderedFaces.in(folder, FACES);
    faces =
        CropCache.load(
                dataset.faces(),
                FaceCropping.of(CropPolicy.SQUARE_V1),
                SIZE,
                Long.MAX_VALUE,
                () -> false)
            .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    // All but the last of 52 convolutions; ten sums.
    "MOBILENET_V2, 51, 10, 0, 0",
    // All but the last of 49; squeeze and excitation stays real, its averages and products do not.
    "EFFICIENTNET_B0, 48, 9, 48, 16"
  })
  void computesWithIntegersNearlyWhatTheNetworkComputes(
      NetworkKind kind, int convolutions, int sums, int products, int averages)
      throws OrtException, IOException {
    // Given
    byte[] onnx = exported(kind);

    // When
    QuantisedNetwork made =
        NetworkQuantiser.quantise(onnx, faces, faces, dataset.scheme(), () -> false).orElseThrow();

    // Then it has the same inputs and outputs, and nearly gives what the network gives
    Compared landmarks = compare(onnx, made.onnx(), OnnxExport.OUTPUT);
    Compared errors = compare(onnx, made.onnx(), OnnxExport.EXPECTED_ERROR);
    assertThat(landmarks.meanDifference).isPositive().isLessThan(0.3 * landmarks.deviation);
    assertThat(errors.meanDifference).isLessThan(0.3 * errors.deviation);
    // Then it is a quarter as large where it is integers; squeeze and excitation is not
    assertThat(made.onnx().length).isLessThan((int) (0.6 * onnx.length));
    assertThat(made.calibrationFaces()).isEqualTo(FACES);
    assertThat(made.floatValidationNme()).isPositive();
    assertThat(made.validationNme()).isPositive();
    // Then ONNX Runtime computes in integers
    Map<String, Long> kernels = kernels(made.onnx());
    assertThat(kernels)
        .containsEntry("QLinearConv", (long) convolutions)
        .containsEntry("QLinearAdd", (long) sums);
    assertThat(kernels.getOrDefault("QLinearMul", 0L)).isEqualTo(products);
    assertThat(kernels.getOrDefault("QLinearGlobalAveragePool", 0L)).isEqualTo(averages);
    assertThat(kernels).doesNotContainKey("Clip");
  }

  @Test
  void staysWhatItWasWhereItsBottlenecksAreMadeEven() throws OrtException {
    // Given
    byte[] onnx = exported(NetworkKind.MOBILENET_V2);
    NetworkGraph graph = new NetworkGraph(onnx);
    float[] before = graph.numbers("block2/project/kernel").clone();
    // When
    assertThat(Calibration.of(graph, new IntegerParts(graph).tensors(), faces, 4, () -> false))
        .isPresent();
    // Then other numbers compute the same
    assertThat(graph.numbers("block2/project/kernel")).isNotEqualTo(before);
    ModelProto.Builder even = graph.frame();
    even.getGraphBuilder().addAllNode(graph.nodes());
    graph.addConstants(even.getGraphBuilder());
    Compared landmarks = compare(onnx, even.build().toByteArray(), OnnxExport.OUTPUT);
    assertThat(landmarks.meanDifference).isLessThan(1e-4 * landmarks.deviation);
  }

  @Test
  void stopsWhenToldTo() {
    // Given
    byte[] onnx = exported(NetworkKind.MOBILENET_V2);
    int[] asked = {0};
    // When it is stopped at some face of each of its four passes over them
    for (int pass = 0; pass < 4; pass++) {
      int last = pass * FACES + 3;
      asked[0] = 0;
      Optional<QuantisedNetwork> made =
          NetworkQuantiser.quantise(onnx, faces, faces, dataset.scheme(), () -> asked[0]++ >= last);
      // Then
      assertThat(made).isEmpty();
      assertThat(asked[0]).isEqualTo(last + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.0505, 0.05, true", // a hundredth
    "0.0506, 0.05, false",
    "0.04, 0.05, true",
    "NaN, 0.05, false",
    "0.05, NaN, false"
  })
  void isOfferedWhereItLosesAHundredthAtMost(double nme, double floatNme, boolean offered) {
    assertThat(new QuantisedNetwork(new byte[0], nme, floatNme, 1).offered()).isEqualTo(offered);
  }

  private static byte[] exported(NetworkKind kind) {
    Network network = new Network(Architecture.of(kind), 136, Regularisation.NONE, true);
    return OnnxExport.write(network, LivelyNetwork.smooth(network), SIZE);
  }

  /** Of the numbers of an output. */
  private static final class Compared {
    /** How far two networks are from each other. */
    double meanDifference;

    /** How far the first one's numbers for a face are from those for the next. */
    double deviation;
  }

  private static Compared compare(byte[] first, byte[] second, String output) throws OrtException {
    Compared compared = new Compared();
    try (OrtSession one = OrtEnvironment.getEnvironment().createSession(first);
        OrtSession other = OrtEnvironment.getEnvironment().createSession(second)) {
      float[] before = run(one, output, 0);
      for (int face = 1; face < FACES; face++) {
        float[] a = run(one, output, face);
        float[] b = run(other, output, face);
        for (int i = 0; i < a.length; i++) {
          compared.meanDifference += Math.abs(a[i] - b[i]);
          compared.deviation += Math.abs(a[i] - before[i]);
        }
        before = a;
      }
    }
    return compared;
  }

  private static float[] run(OrtSession session, String output, int face) throws OrtException {
    float[] pixels = new float[3 * SIZE * SIZE];
    faces.centre(face, pixels);
    long[] shape = {1, 3, SIZE, SIZE};
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(pixels), shape);
        OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
      return ((float[][]) result.get(output).orElseThrow().getValue())[0];
    }
  }

  /** The nodes that are left after ONNX Runtime joined what it joins, by type. */
  private static Map<String, Long> kernels(byte[] onnx) throws OrtException, IOException {
    Path optimised = Files.createTempFile(folder, "optimised", ".onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizedModelFilePath(optimised.toString());
      OrtEnvironment.getEnvironment().createSession(onnx, options).close();
    }
    return ModelProto.parseFrom(Files.readAllBytes(optimised)).getGraph().getNodeList().stream()
        .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
  }
}
