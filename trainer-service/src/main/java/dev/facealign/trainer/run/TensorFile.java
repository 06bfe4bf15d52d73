package dev.facealign.trainer.run;

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
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors and texts in the safetensors format, which Python's {@code safetensors} reads as
 * well: eight bytes of length (little-endian), a JSON header {@code {"__metadata__": {text: text},
 * name: {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]}}}, then the numbers.
 *
 * @param texts free texts by name
 * @param tensors 32 bit floats by name
 */
record TensorFile(Map<String, String> texts, Map<String, Tensor> tensors) {

  private static final String METADATA = "__metadata__";
  private static final String TYPE = "F32";
  private static final int LONGEST_HEADER = 16 << 20;

  byte[] encode() {
    JsonObject header = new JsonObject();
    JsonObject metadata = new JsonObject();
    texts.forEach(metadata::addProperty);
    header.add(METADATA, metadata);
    long end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      JsonObject tensor = new JsonObject();
      tensor.addProperty("dtype", TYPE);
      JsonArray shape = new JsonArray();
      for (long side : entry.getValue().shape()) {
        shape.add(side);
      }
      tensor.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      end += (long) Float.BYTES * entry.getValue().values().length;
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
      file.asFloatBuffer().put(tensor.values());
      file.position(file.position() + Float.BYTES * tensor.values().length);
    }
    return file.array();
  }

  /**
   * Reads a file.
   *
   * @throws FaultException DATA_LOSS, reason CHECKPOINT_UNREADABLE
   */
  static TensorFile decode(byte[] bytes) {
    try {
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      long length = bytes.length < Long.BYTES ? -1 : file.getLong();
      if (length < 2 || length > LONGEST_HEADER || length > file.remaining()) {
        throw unreadable("header length: " + length, "2 to " + (bytes.length - Long.BYTES));
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
          tensors.put(entry.getKey(), tensor(entry.getKey(), value, numbers));
        }
      }
      return new TensorFile(texts, tensors);
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS,
          Checkpoint.UNREADABLE,
          "checkpoint header: " + e.getMessage() + " (expected: safetensors)",
          e);
    }
  }

  private static Tensor tensor(String name, JsonObject value, ByteBuffer numbers) {
    String type = value.get("dtype").getAsString();
    if (!type.equals(TYPE)) {
      throw unreadable(name + ".dtype: " + type, TYPE);
    }
    JsonArray sides = value.getAsJsonArray("shape");
    long[] shape = new long[sides.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sides.get(i).getAsLong();
    }
    long begin = value.getAsJsonArray("data_offsets").get(0).getAsLong();
    long end = value.getAsJsonArray("data_offsets").get(1).getAsLong();
    if (begin < 0 || end < begin || end > numbers.limit() || (end - begin) % Float.BYTES != 0) {
      throw unreadable(
          name + ".data_offsets: [" + begin + ", " + end + "]",
          "within the file's " + numbers.limit() + " bytes of numbers");
    }
    float[] values = new float[(int) ((end - begin) / Float.BYTES)];
    numbers
        .slice((int) begin, (int) (end - begin))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Tensor(shape, values);
  }

  private static FaultException unreadable(String what, String expected) {
    return FaultException.of(
        FaultKind.DATA_LOSS,
        Checkpoint.UNREADABLE,
        "checkpoint " + what + " (expected: " + expected + ")");
  }
}
