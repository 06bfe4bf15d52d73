package dev.facealign.benchmarks.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a network does at most: batches of crops that lie ready in memory, run one after the other,
 * with nothing around. Prints one line of JSON.
 */
@Command(name = "bare-loop", mixinStandardHelpOptions = true)
public final class BareLoop implements Callable<Integer> {
  @Option(names = "--model", required = true, description = "model.onnx")
  private Path model = Path.of("");

  @Option(names = "--size", required = true, description = "Side of its input, pixels.")
  private int size;

  @Option(names = "--batch", description = "Crops of a run.")
  private int batch = 8;

  @Option(names = "--threads", description = "Threads that a run is spread over.")
  private int threads = 1;

  @Option(names = "--runs", description = "Runs at the same time, each on a thread of its own.")
  private int runs = 2;

  @Option(names = "--spinning", description = "Threads burn processor time between runs.")
  private boolean spinning;

  @Option(names = "--seconds", description = "What is counted; as much again warms up.")
  private double seconds = 5;

  private BareLoop() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new BareLoop()).execute(arguments));
  }

  @Override
  public Integer call() throws OrtException, InterruptedException, ExecutionException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    ExecutorService executor = Executors.newFixedThreadPool(runs);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
      try (OrtSession session = environment.createSession(model.toString(), options)) {
        double unused = measure(environment, session, executor);
        System.out.printf(
            "{\"size\": %d, \"batch\": %d, \"threads\": %d, \"runs\": %d, \"imagesPerSecond\": %.2f}%n",
            size, batch, threads, runs, measure(environment, session, executor));
      }
    } finally {
      executor.shutdownNow();
    }
    return 0;
  }

  private double measure(OrtEnvironment environment, OrtSession session, ExecutorService executor)
      throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    List<Future<Long>> loops = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      loops.add(executor.submit(() -> loop(environment, session, end)));
    }
    long images = 0;
    for (Future<Long> loop : loops) {
      images += loop.get();
    }
    return images / ((System.nanoTime() - began) / 1e9);
  }

  private long loop(OrtEnvironment environment, OrtSession session, long end) throws OrtException {
    FloatBuffer input =
        ByteBuffer.allocateDirect(batch * 3 * size * size * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    SplittableRandom random = new SplittableRandom(1);
    while (input.hasRemaining()) {
      input.put((float) random.nextDouble());
    }
    input.flip();
    long[] shape = {batch, 3, size, size};
    long images = 0;
    while (System.nanoTime() - end < 0) {
      try (OnnxTensor tensor = OnnxTensor.createTensor(environment, input, shape);
          OrtSession.Result result = session.run(Map.of("input", tensor))) {
        images += result.size() > 0 ? batch : 0;
      }
    }
    return images;
  }
}
