package dev.facealign.trainer.queue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.facealign.fault.FaultException;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses enum names that a message does not know.
 *
 * <p>protobuf's JSON parser offers one switch for unknown fields and unknown enum names. A job may
 * bring fields of a newer version, which are ignored; but an unknown name, ignored, would silently
 * become the default.
 */
final class JsonEnums {
  private JsonEnums() {}

  /**
   * Checks all enum names in a message's JSON form, however deep.
   *
   * @throws FaultException INVALID_ARGUMENT naming the field, the value and the names there are; or
   *     that it is no JSON
   */
  static void requireKnown(String json, Descriptor type) {
    JsonElement root;
    try {
      root = JsonParser.parseString(json);
    } catch (JsonParseException e) {
      throw FaultException.invalid(
          "value", json.length() + " characters", "JSON: " + e.getMessage());
    }
    requireKnown("", root, type);
  }

  private static void requireKnown(String path, JsonElement element, Descriptor type) {
    if (!(element instanceof JsonObject object)) {
      return;
    }
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      FieldDescriptor field = field(type, entry.getKey());
      if (field == null) {
        continue;
      }
      String name = path + field.getName();
      if (entry.getValue().isJsonArray()) {
        int index = 0;
        for (JsonElement item : entry.getValue().getAsJsonArray()) {
          requireKnown(name + "[" + index++ + "]", item, field);
        }
      } else {
        requireKnown(name, entry.getValue(), field);
      }
    }
  }

  private static void requireKnown(String name, JsonElement value, FieldDescriptor field) {
    switch (field.getJavaType()) {
      case MESSAGE -> requireKnown(name + ".", value, field.getMessageType());
      case ENUM -> {
        EnumDescriptor names = field.getEnumType();
        if (value.isJsonPrimitive()
            && value.getAsJsonPrimitive().isString()
            && names.findValueByName(value.getAsString()) == null) {
          throw FaultException.invalid(
              name,
              value.getAsString(),
              names.getValues().stream()
                  .map(EnumValueDescriptor::getName)
                  .collect(Collectors.joining(", ")));
        }
      }
      default -> {}
    }
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String key) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJsonName().equals(key) || field.getName().equals(key)) {
        return field;
      }
    }
    return null;
  }
}
