package dev.facealign.benchmarks.quantised;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.augment.CropCache;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.render.RenderedDataset;
import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Initialiser;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.quantise.NetworkQuantiser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Networks in 8-bit integers beside the same in floating point in ONNX Runtime, run in turns in one
 * process. Their weights are those before training: time does not depend on them.
 */
@Command(
    name = "Int8Speed",
    mixinStandardHelpOptions = true,
    description = "Times 8-bit networks beside the same in floating point; a Markdown table.")
public final class Int8Speed implements Callable<Integer> {

  private static final int FACES = 8;
  private static final int[] BATCHES = {1, 8};

  @Option(names = "--networks", split = ",", description = "default: ${DEFAULT-VALUE}")
  private List<NetworkKind> networks =
      List.of(NetworkKind.MOBILENET_V2, NetworkKind.EFFICIENTNET_B0, NetworkKind.EFFICIENTNET_B3);

  @Option(names = "--sizes", split = ",", description = "sides of inputs, px: ${DEFAULT-VALUE}")
  private List<Integer> sizes = List.of(112, 224);

  @Option(names = "--threads", description = "of a run: ${DEFAULT-VALUE}")
  private int threads = 2;

  @Option(names = "--seconds", description = "for each row: ${DEFAULT-VALUE}")
  private double seconds = 10;

  private Int8Speed() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Int8Speed()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, OrtException {
    Path folder = Files.createTempDirectory("faces");
    RenderedDataset.write(folder.resolve("faces"), FACES, 0, 128, 1);
    FaceDataset faces = new DatasetCatalog(folder).open("faces", "train", "68");
    System.out.println(
        "| network | input | batch | float32 ms | int8 ms | ratio | float32 MiB | int8 MiB |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (NetworkKind kind : networks) {
      for (int size : sizes) {
        measure(kind, size, faces);
      }
    }
    return 0;
  }

  private void measure(NetworkKind kind, int size, FaceDataset dataset) throws OrtException {
    Network network =
        new Network(Architecture.of(kind), 2 * dataset.scheme().count(), Regularisation.NONE, true);
    byte[] real = OnnxExport.write(network, Initialiser.draw(network, null, 1), size);
    CropCache crops =
        CropCache.load(
                dataset.faces(),
                FaceCropping.of(CropPolicy.SQUARE_V1),
                size,
                Long.MAX_VALUE,
                () -> false)
            .orElseThrow();
    byte[] integers =
        NetworkQuantiser.quantise(real, crops, crops, dataset.scheme(), () -> false)
            .orElseThrow()
            .onnx();
    try (OrtSession.SessionOptions options = options();
        OrtSession first = OrtEnvironment.getEnvironment().createSession(real, options);
        OrtSession second = OrtEnvironment.getEnvironment().createSession(integers, options)) {
      for (int batch : BATCHES) {
        double[] medians = medians(first, second, batch, size);
        System.out.printf(
            Locale.ROOT,
            "| %s | %d | %d | %.2f | %.2f | %.2f | %.1f | %.1f |%n",
            kind.id(),
            size,
            batch,
            medians[0],
            medians[1],
            medians[0] / medians[1],
            real.length / 1048576.0,
            integers.length / 1048576.0);
      }
    }
  }

  /** As inference-service sets them. */
  private OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  private double[] medians(OrtSession first, OrtSession second, int batch, int size)
      throws OrtException {
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(batch * 3 * size * size * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, i % size / (float) size);
    }
    long[] shape = {batch, 3, size, size};
    int most = 100_000;
    double[] a = new double[most];
    double[] b = new double[most];
    int runs = 0;
    try (OnnxTensor input =
        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), pixels, shape)) {
      for (int warmUp = 0; warmUp < 10; warmUp++) {
        millis(first, input);
        millis(second, input);
      }
      long until = System.nanoTime() + (long) (seconds * 1e9);
      while (runs < 9 || (System.nanoTime() < until && runs < most)) {
        a[runs] = millis(first, input);
        b[runs] = millis(second, input);
        runs++;
      }
    }
    return new double[] {median(a, runs), median(b, runs)};
  }

  private static double millis(OrtSession session, OnnxTensor input) throws OrtException {
    long began = System.nanoTime();
    session.run(Map.of(OnnxExport.INPUT, input)).close();
    return (System.nanoTime() - began) / 1e6;
  }

  private static double median(double[] values, int count) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }
}
