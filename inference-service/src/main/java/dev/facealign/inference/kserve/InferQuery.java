package dev.facealign.inference.kserve;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.finding.CropQuery;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.v1.kserve.InferParameter;
import dev.facealign.v1.kserve.InferTensorContents;
import dev.facealign.v1.kserve.ModelInferRequest;
import dev.facealign.v1.kserve.ModelInferRequest.InferInputTensor;
import dev.facealign.v1.kserve.ModelInferRequest.InferRequestedOutputTensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A ModelInferRequest. What can be told without the model is checked when it is made, the rest when
 * it is put to the model.
 */
final class InferQuery implements CropQuery {
  private static final int LONGEST_ID = 256;
  private static final Set<String> KNOWN_OUTPUTS =
      Set.of(Tensors.LANDMARKS, Tensors.EXPECTED_ERROR);

  /**
   * Parameters of tensors, by the beginnings of their names, that ask for another answer than the
   * one they would get if they were ignored.
   */
  private static final List<String> NOT_SERVED = List.of("shared_memory_", "classification");

  /** How far beyond 0 and 1 a value may be: resampling filters overshoot a little. */
  private static final float OVERSHOOT = 0.01f;

  private final String model;
  private final ModelInferRequest request;
  private final int maxFaces;
  private final InferInputTensor input;
  private final boolean raw;
  private final FloatBuffer values;
  private int inputSizePx;

  /**
   * A request.
   *
   * @param model reference that its name and version mean
   * @param maxFaces of one request
   * @throws FaultException INVALID_ARGUMENT; UNIMPLEMENTED (reason OPTION_UNIMPLEMENTED)
   */
  InferQuery(String model, ModelInferRequest request, int maxFaces) {
    this.model = model;
    this.request = request;
    this.maxFaces = maxFaces;
    if (request.getId().length() > LONGEST_ID) {
      throw FaultException.invalid(
          "id", request.getId().length() + " characters", "at most " + LONGEST_ID + " characters");
    }
    if (request.getInputsCount() != 1) {
      throw FaultException.invalid(
          "inputs", request.getInputsCount() + " tensors", "one, " + Tensors.INPUT);
    }
    input = request.getInputs(0);
    if (!input.getName().equals(Tensors.INPUT)) {
      throw FaultException.invalid("inputs[0].name", input.getName(), Tensors.INPUT);
    }
    if (!input.getDatatype().equals(Tensors.FP32)) {
      throw FaultException.invalid(inputField("datatype"), input.getDatatype(), Tensors.FP32);
    }
    requireServed("inputs[0]", input.getParametersMap());
    requireOutputs();
    raw = request.getRawInputContentsCount() > 0;
    values = raw ? rawValues() : typedValues();
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public long sizeBytes() {
    return (long) Float.BYTES * values.remaining();
  }

  /** Whether the values came, and go, as bytes. */
  boolean raw() {
    return raw;
  }

  /** The outputs that are wanted, in their order. */
  List<String> outputs(boolean expectedErrors) {
    if (request.getOutputsCount() > 0) {
      return request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList();
    }
    return expectedErrors
        ? List.of(Tensors.LANDMARKS, Tensors.EXPECTED_ERROR)
        : List.of(Tensors.LANDMARKS);
  }

  @Override
  public int requireFit(LoadedModel loaded) {
    List<String> there = Tensors.outputs(loaded);
    for (int i = 0; i < request.getOutputsCount(); i++) {
      String name = request.getOutputs(i).getName();
      if (!there.contains(name)) {
        throw FaultException.invalid(
            "outputs[" + i + "].name", name, "an output of this model: " + there);
      }
    }
    int size = loaded.network().inputSizePx();
    List<Long> shape = input.getShapeList();
    boolean fits =
        shape.size() == 4
            && shape.get(0) >= 1
            && shape.get(0) <= maxFaces
            && shape.get(1) == 3
            && shape.get(2) == size
            && shape.get(3) == size;
    if (!fits) {
      throw FaultException.invalid(
          inputField("shape"),
          shape,
          "[N, 3, %d, %d] with N from 1 to %d".formatted(size, size, maxFaces));
    }
    int faces = Math.toIntExact(shape.get(0));
    int expected = faces * 3 * size * size;
    if (values.remaining() != expected) {
      throw FaultException.invalid(
          raw ? "raw_input_contents[0]" : inputField("contents.fp32_contents"),
          values.remaining() + " numbers",
          expected + ", as the shape " + shape + " says");
    }
    inputSizePx = size;
    return faces;
  }

  @Override
  public void read(int face, float[] crop) {
    values.get(face * crop.length, crop, 0, crop.length);
    for (int i = 0; i < crop.length; i++) {
      // False for NaN, too.
      if (!(crop[i] >= -OVERSHOOT && crop[i] <= 1 + OVERSHOOT)) {
        int plane = inputSizePx * inputSizePx;
        throw FaultException.invalid(
            "input[%d, %d, %d, %d]"
                .formatted(face, i / plane, i % plane / inputSizePx, i % inputSizePx),
            crop[i],
            "0 to 1, the colours' values divided by 255");
      }
    }
  }

  private FloatBuffer rawValues() {
    if (request.getRawInputContentsCount() != 1) {
      throw FaultException.invalid(
          "raw_input_contents", request.getRawInputContentsCount() + " tensors", "one, as inputs");
    }
    if (input.hasContents() && input.getContents().getSerializedSize() > 0) {
      throw FaultException.invalid(
          inputField("contents"), "values", "none, as raw_input_contents has them");
    }
    ByteString bytes = request.getRawInputContents(0);
    if (bytes.size() % Float.BYTES != 0) {
      throw FaultException.invalid(
          "raw_input_contents[0]", bytes.size() + " bytes", "4 bytes a number");
    }
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private FloatBuffer typedValues() {
    InferTensorContents contents = input.getContents();
    int count = contents.getFp32ContentsCount();
    // Values in a field of another type would be taken for missing ones.
    if (contents.getSerializedSize() > 0 && count == 0) {
      throw FaultException.invalid(
          inputField("contents"), "numbers of another type", "fp32_contents");
    }
    FloatBuffer numbers = FloatBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      numbers.put(i, contents.getFp32Contents(i));
    }
    return numbers;
  }

  private void requireOutputs() {
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < request.getOutputsCount(); i++) {
      InferRequestedOutputTensor output = request.getOutputs(i);
      String field = "outputs[" + i + "]";
      if (!KNOWN_OUTPUTS.contains(output.getName())) {
        throw FaultException.invalid(
            field + ".name",
            output.getName(),
            "one of " + KNOWN_OUTPUTS.stream().sorted().toList());
      }
      if (!seen.add(output.getName())) {
        throw FaultException.invalid(field + ".name", output.getName(), "each output once");
      }
      requireServed(field, output.getParametersMap());
    }
  }

  private static void requireServed(String field, Map<String, InferParameter> parameters) {
    for (String name : parameters.keySet()) {
      if (NOT_SERVED.stream().anyMatch(name::startsWith)) {
        throw FaultException.of(
            FaultKind.UNIMPLEMENTED,
            "OPTION_UNIMPLEMENTED",
            field + ".parameters: " + name + " (expected: values in the message itself)");
      }
    }
  }

  private static String inputField(String field) {
    return Tensors.INPUT + "." + field;
  }
}
