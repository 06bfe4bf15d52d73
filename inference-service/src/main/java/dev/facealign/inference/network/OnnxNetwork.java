package dev.facealign.inference.network;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A network in ONNX Runtime: input "input", float [N, 3, S, S]; output "landmarks", float [N, 2M];
 * and, if it tells them, output "expected_error", float [N, M].
 *
 * <p>Input buffers lie outside of the Java heap, where ONNX Runtime reads them in place, and are
 * used again by later runs: there are as many as runs were ever on at a time.
 */
public final class OnnxNetwork implements LandmarkNetwork {
  private static final String INPUT = "input";
  private static final String OUTPUT = "landmarks";
  private static final String ERRORS = "expected_error";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final int inputSizePx;
  private final int outputs;
  private final boolean tellsExpectedErrors;
  private final int cropLength;
  private final ConcurrentLinkedDeque<FloatBuffer> idleInputs = new ConcurrentLinkedDeque<>();
  // Runs share it; who closes the session has it alone.
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
  // Guarded by inUse.
  private boolean closed;

  private OnnxNetwork(
      OrtEnvironment environment,
      OrtSession session,
      int inputSizePx,
      int outputs,
      boolean tellsExpectedErrors) {
    this.environment = environment;
    this.session = session;
    this.inputSizePx = inputSizePx;
    this.outputs = outputs;
    this.tellsExpectedErrors = tellsExpectedErrors;
    this.cropLength = 3 * inputSizePx * inputSizePx;
  }

  /**
   * Reads a network.
   *
   * @param file model.onnx
   * @param inputSizePx side S that the network must take, pixels, above 0
   * @param outputs numbers 2M that the network must answer, above 0 and even
   * @throws FaultException FAILED_PRECONDITION (reason MODEL_UNFIT): its inputs or outputs are
   *     others
   * @throws NetworkException the file is no network that ONNX Runtime can read
   */
  public static OnnxNetwork read(
      Path file, int inputSizePx, int outputs, NetworkSettings settings) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession session = null;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(settings.threads());
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
      session = environment.createSession(file.toString(), options);
      Map<String, NodeInfo> inputs = session.getInputInfo();
      requireNames("inputs", inputs, Set.of(INPUT), Set.of());
      requireTensor("input", inputs, INPUT, -1, 3, inputSizePx, inputSizePx);
      Map<String, NodeInfo> answers = session.getOutputInfo();
      requireNames("outputs", answers, Set.of(OUTPUT), Set.of(ERRORS));
      requireTensor("output", answers, OUTPUT, -1, outputs);
      boolean tellsErrors = answers.containsKey(ERRORS);
      if (tellsErrors) {
        requireTensor("output", answers, ERRORS, -1, outputs / 2);
      }
      OnnxNetwork network =
          new OnnxNetwork(environment, session, inputSizePx, outputs, tellsErrors);
      session = null;
      return network;
    } catch (OrtException e) {
      throw new NetworkException("cannot read the network " + file, e);
    } finally {
      close(session);
    }
  }

  @Override
  public int inputSizePx() {
    return inputSizePx;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public boolean tellsExpectedErrors() {
    return tellsExpectedErrors;
  }

  @Override
  public List<NetworkAnswer> run(List<float[]> crops) {
    inUse.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the network is closed");
      }
      if (crops.isEmpty()) {
        return List.of();
      }
      FloatBuffer input = filled(crops);
      try {
        return run(input, crops.size());
      } finally {
        // The last one used is the one that the processor's cache still has.
        idleInputs.addFirst(input);
      }
    } finally {
      inUse.readLock().unlock();
    }
  }

  private List<NetworkAnswer> run(FloatBuffer input, int crops) {
    long[] shape = {crops, 3, inputSizePx, inputSizePx};
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, input, shape);
        OrtSession.Result result = session.run(Map.of(INPUT, tensor))) {
      FloatBuffer labels = numbers(result, OUTPUT, crops, outputs);
      FloatBuffer errors = tellsExpectedErrors ? numbers(result, ERRORS, crops, outputs / 2) : null;
      List<NetworkAnswer> answers = new ArrayList<>(crops);
      for (int i = 0; i < crops; i++) {
        answers.add(
            new NetworkAnswer(
                next(labels, outputs), errors == null ? null : next(errors, outputs / 2)));
      }
      return answers;
    } catch (OrtException e) {
      throw new NetworkException("the network failed on a batch of " + crops, e);
    }
  }

  @Override
  public void close() {
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        close(session);
      }
    } finally {
      inUse.writeLock().unlock();
    }
  }

  /** The rows of an output, one behind the other. */
  private static FloatBuffer numbers(OrtSession.Result result, String name, int rows, int columns) {
    // By name: nothing says in which order a file lists its outputs.
    OnnxTensor answer = (OnnxTensor) result.get(name).orElseThrow();
    FloatBuffer numbers = answer.getFloatBuffer();
    if (numbers.remaining() != rows * columns) {
      throw unfit(
          "network output %s: shape %s for %d crops (expected: [%d, %d])"
              .formatted(name, Arrays.toString(answer.getInfo().getShape()), rows, rows, columns));
    }
    return numbers;
  }

  private static float[] next(FloatBuffer numbers, int length) {
    float[] row = new float[length];
    numbers.get(row);
    return row;
  }

  private FloatBuffer filled(List<float[]> crops) {
    int needed = crops.size() * cropLength;
    FloatBuffer input = idleInputs.pollFirst();
    if (input == null || input.capacity() < needed) {
      input = direct(needed);
    }
    input.clear();
    for (float[] crop : crops) {
      if (crop.length != cropLength) {
        throw new IllegalArgumentException(
            "crop of " + crop.length + " numbers (expected: " + cropLength + ")");
      }
      input.put(crop);
    }
    return input.flip();
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static void requireNames(
      String role, Map<String, NodeInfo> nodes, Set<String> required, Set<String> optional) {
    Set<String> others = new LinkedHashSet<>(nodes.keySet());
    others.removeAll(required);
    others.removeAll(optional);
    if (!others.isEmpty() || !nodes.keySet().containsAll(required)) {
      throw unfit(
          "network %s: %s (expected: %s%s)"
              .formatted(
                  role,
                  nodes.keySet(),
                  required,
                  optional.isEmpty() ? "" : " and, if it has more, " + optional));
    }
  }

  private static void requireTensor(
      String role, Map<String, NodeInfo> nodes, String name, long... dimensions) {
    NodeInfo node = Objects.requireNonNull(nodes.get(name));
    boolean fits =
        node.getInfo() instanceof TensorInfo tensor
            && tensor.type == OnnxJavaType.FLOAT
            && Arrays.equals(tensor.getShape(), dimensions);
    if (!fits) {
      throw unfit(
          "network %s: %s (expected: a float tensor \"%s\" %s)"
              .formatted(
                  role, node.getInfo(), name, Arrays.toString(dimensions).replace("-1", "N")));
    }
  }

  private static FaultException unfit(String message) {
    return FaultException.of(FaultKind.FAILED_PRECONDITION, "MODEL_UNFIT", message);
  }

  private static void close(@Nullable OrtSession session) {
    if (session == null) {
      return;
    }
    try {
      session.close();
    } catch (OrtException e) {
      throw new NetworkException("cannot close the network", e);
    }
  }
}
