package dev.facealign.benchmarks.shape;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.facealign.crop.CropPolicy;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One fit of so many faces, which come as a stream; its figures as a line of JSON. The making of
 * the faces is not timed: a block is made, then the clock starts, its faces are taken in one by
 * one, the clock stops.
 */
public final class ShapeFitRun {
  private static final int BLOCK = 1000;

  /** A service fits more than once: what is measured is compiled by then. */
  private static final int WARM_UPS = 25;

  private static final int FACES_OF_A_WARM_UP = 2_000;

  private final SyntheticFaces faces = new SyntheticFaces();
  private final double[] block = new double[BLOCK * SyntheticFaces.NUMBERS];
  private final double[] face = new double[SyntheticFaces.NUMBERS];

  private ShapeFitRun() {}

  /** Takes the number of faces. */
  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    ShapeFitRun run = new ShapeFitRun();
    double first = run.measure(FACES_OF_A_WARM_UP).get("eigen_seconds").getAsDouble();
    for (int i = 1; i < WARM_UPS; i++) {
      run.measure(FACES_OF_A_WARM_UP);
    }
    JsonObject result = run.measure(count);
    result.addProperty("first_eigen_seconds", first);
    System.out.println(result);
  }

  private JsonObject measure(int count) {
    ShapeModelFitter fitter = new ShapeModelFitter(LandmarkScheme.IBUG_68, CropPolicy.SQUARE_V1);
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long adding = 0;
    long computing = 0;
    for (int first = 0; first < count; first += BLOCK) {
      int here = Math.min(BLOCK, count - first);
      faces.write(first, here, block);
      long cpuBegin = thread.getCurrentThreadCpuTime();
      long begin = System.nanoTime();
      for (int i = 0; i < here; i++) {
        System.arraycopy(block, i * face.length, face, 0, face.length);
        fitter.add(face);
      }
      adding += System.nanoTime() - begin;
      computing += thread.getCurrentThreadCpuTime() - cpuBegin;
    }
    long cpuBegin = thread.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    ShapeModel model = fitter.fit();
    long decomposing = System.nanoTime() - begin;
    computing += thread.getCurrentThreadCpuTime() - cpuBegin;
    JsonObject json = new JsonObject();
    json.addProperty("faces", count);
    json.addProperty("covariance_seconds", adding / 1e9);
    json.addProperty("eigen_seconds", decomposing / 1e9);
    json.addProperty("cpu_seconds", computing / 1e9);
    json.addProperty("peak_mib", peakMib());
    JsonArray eigenvalues = new JsonArray();
    Arrays.stream(model.eigenvalues()).limit(20).forEach(eigenvalues::add);
    json.add("eigenvalues", eigenvalues);
    return json;
  }

  /** The most memory that this process has had, as the kernel counts it. */
  private static double peakMib() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
