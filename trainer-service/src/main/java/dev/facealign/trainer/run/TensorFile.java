package dev.facealign.trainer.run;

import ai.onnxruntime.platform.Fp16Conversions;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.network.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named tensors and texts in the safetensors format, which Python's {@code safetensors} reads as
 * well: eight bytes of length (little-endian), a JSON header {@code {"__metadata__": {text: text},
 * name: {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]}}}, then the numbers.
 *
 * <p>Numbers are written as floats of 32 bits, or of 16 bits; both are read.
 *
 * @param texts free texts by name
 * @param tensors floats by name
 */
record TensorFile(Map<String, String> texts, Map<String, Tensor> tensors) {

  private static final String METADATA = "__metadata__";
  private static final int LONGEST_HEADER = 16 << 20;

  /** How numbers are written. */
  enum Precision {
    /** As they are. */
    F32(Float.BYTES),
    /** To 11 significant bits; magnitudes beyond 65504 become that, those below 6e-8 zero. */
    F16(Short.BYTES);

    private static final float LARGEST_HALF = 65504;

    private final int bytes;

    Precision(int bytes) {
      this.bytes = bytes;
    }

    private void put(float[] values, ByteBuffer to) {
      for (float value : values) {
        if (this == F32) {
          to.putFloat(value);
        } else {
          to.putShort(
              Fp16Conversions.floatToFp16(Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, value))));
        }
      }
    }

    private float get(ByteBuffer from) {
      return this == F32 ? from.getFloat() : Fp16Conversions.fp16ToFloat(from.getShort());
    }
  }

  /**
   * Whose file it is, for messages.
   *
   * @param what such as "checkpoint"
   * @param reason of the faults for files that are none
   */
  record Owner(String what, String reason) {
    private FaultException unreadable(String is, String expected, @Nullable Exception cause) {
      return FaultException.of(
          FaultKind.DATA_LOSS, reason, what + " " + is + " (expected: " + expected + ")", cause);
    }
  }

  /** All numbers as they are. */
  byte[] encode() {
    return encode(Precision.F32);
  }

  byte[] encode(Precision precision) {
    JsonObject header = new JsonObject();
    JsonObject metadata = new JsonObject();
    texts.forEach(metadata::addProperty);
    header.add(METADATA, metadata);
    long end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      JsonObject tensor = new JsonObject();
      tensor.addProperty("dtype", precision.name());
      JsonArray shape = new JsonArray();
      for (long side : entry.getValue().shape()) {
        shape.add(side);
      }
      tensor.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      end += (long) precision.bytes * entry.getValue().values().length;
      offsets.add(end);
      tensor.add("data_offsets", offsets);
      header.add(entry.getKey(), tensor);
    }
    String json = header.toString();
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    // The numbers begin at a multiple of eight; spaces are what the format pads with.
    int padding = (8 - head.length % 8) % 8;
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + head.length + padding + end))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(head.length + (long) padding).put(head);
    for (int i = 0; i < padding; i++) {
      file.put((byte) ' ');
    }
    for (Tensor tensor : tensors.values()) {
      precision.put(tensor.values(), file);
    }
    return file.array();
  }

  /**
   * Reads a file.
   *
   * @throws FaultException DATA_LOSS, with the owner's reason
   */
  static TensorFile decode(byte[] bytes, Owner owner) {
    try {
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      long length = bytes.length < Long.BYTES ? -1 : file.getLong();
      if (length < 2 || length > LONGEST_HEADER || length > file.remaining()) {
        throw owner.unreadable(
            "header length: " + length, "2 to " + (bytes.length - Long.BYTES), null);
      }
      byte[] head = new byte[(int) length];
      file.get(head);
      JsonObject header =
          JsonParser.parseString(new String(head, StandardCharsets.UTF_8)).getAsJsonObject();
      Map<String, String> texts = new LinkedHashMap<>();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      ByteBuffer numbers = file.slice().order(ByteOrder.LITTLE_ENDIAN);
      for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
        JsonObject value = entry.getValue().getAsJsonObject();
        if (entry.getKey().equals(METADATA)) {
          value.entrySet().forEach(e -> texts.put(e.getKey(), e.getValue().getAsString()));
        } else {
          tensors.put(entry.getKey(), tensor(entry.getKey(), value, numbers, owner));
        }
      }
      return new TensorFile(texts, tensors);
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      throw owner.unreadable("header: " + e.getMessage(), "safetensors", e);
    }
  }

  private static Tensor tensor(String name, JsonObject value, ByteBuffer numbers, Owner owner) {
    String type = value.get("dtype").getAsString();
    Precision precision =
        Arrays.stream(Precision.values())
            .filter(known -> known.name().equals(type))
            .findFirst()
            .orElseThrow(() -> owner.unreadable(name + ".dtype: " + type, "F32 or F16", null));
    JsonArray sides = value.getAsJsonArray("shape");
    long[] shape = new long[sides.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sides.get(i).getAsLong();
    }
    long begin = value.getAsJsonArray("data_offsets").get(0).getAsLong();
    long end = value.getAsJsonArray("data_offsets").get(1).getAsLong();
    if (begin < 0 || end < begin || end > numbers.limit() || (end - begin) % precision.bytes != 0) {
      throw owner.unreadable(
          name + ".data_offsets: [" + begin + ", " + end + "]",
          "within the file's " + numbers.limit() + " bytes of numbers",
          null);
    }
    float[] values = new float[(int) ((end - begin) / precision.bytes)];
    ByteBuffer own = numbers.slice((int) begin, (int) (end - begin)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      values[i] = precision.get(own);
    }
    return new Tensor(shape, values);
  }
}
