package dev.facealign.cli.training;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.JsonFile;
import dev.facealign.v1.TrainingJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what is to be other than in a job that there was. */
final class JobChanges {
  @Option(
      names = "--changes",
      paramLabel = "FILE.json",
      description = "Fields of a TrainingJob as proto3 JSON, which replace those of the old job.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description =
          "One field, such as loss.lambda=1, network=efficientnet-b0 or optimiser.step_at=[0.5,0.8]; may be given"
              + " again.")
  private List<String> assignments = List.of();

  /** What was asked for; one field after the other, on top of the file's. */
  TrainingJob read(Invocation invocation) {
    TrainingJob.Builder changes =
        file == null ? TrainingJob.newBuilder() : read(invocation.resolve(file));
    assignments.forEach(assignment -> set(changes, assignment));
    return changes.build();
  }

  private static TrainingJob.Builder read(Path file) {
    TrainingJob.Builder job = TrainingJob.newBuilder();
    JsonFile.merge("--changes", file, job, "fields of a TrainingJob");
    return job;
  }

  static void set(TrainingJob.Builder job, String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new CommandFailure(
          "--set: " + assignment + " (expected: FIELD=VALUE, such as loss.lambda=1)");
    }
    String[] path = assignment.substring(0, equals).strip().split("\\.", -1);
    Message.Builder part = job;
    for (int i = 0; i < path.length - 1; i++) {
      FieldDescriptor field = field(part.getDescriptorForType(), path[i], assignment);
      if (field.getJavaType() != JavaType.MESSAGE || field.isRepeated()) {
        throw new CommandFailure(
            "--set: " + assignment + " (expected: " + path[i] + " has no fields of its own)");
      }
      part = part.getFieldBuilder(field);
    }
    FieldDescriptor field = field(part.getDescriptorForType(), path[path.length - 1], assignment);
    Message parsed = parsed(part, field, assignment.substring(equals + 1), assignment);
    if (field.isRepeated() ? parsed.getRepeatedFieldCount(field) == 0 : !parsed.hasField(field)) {
      throw new CommandFailure(
          "--set: " + assignment + " (expected: a value; a field cannot be emptied)");
    }
    part.setField(field, parsed.getField(field));
  }

  private static FieldDescriptor field(Descriptor type, String name, String assignment) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getName().equals(name) || field.getJsonName().equals(name)) {
        return field;
      }
    }
    throw new CommandFailure(
        "--set: "
            + assignment
            + ": "
            + name
            + " (expected: one of "
            + type.getFields().stream()
                .map(FieldDescriptor::getName)
                .collect(Collectors.joining(", "))
            + ")");
  }

  private static Message parsed(
      Message.Builder of, FieldDescriptor field, String text, String assignment) {
    Message.Builder parsed = of.getDefaultInstanceForType().newBuilderForType();
    JsonObject json = new JsonObject();
    try {
      json.add(field.getName(), element(field, text));
      JsonFormat.parser().merge(json.toString(), parsed);
      return parsed.build();
    } catch (InvalidProtocolBufferException | JsonParseException e) {
      throw new CommandFailure(
          "--set: " + assignment + " (expected: " + expected(field) + "): " + e.getMessage(), e);
    }
  }

  private static JsonElement element(FieldDescriptor field, String text) {
    if (field.isRepeated() || field.getJavaType() == JavaType.MESSAGE) {
      return JsonParser.parseString(text);
    }
    return new JsonPrimitive(
        field.getJavaType() == JavaType.ENUM ? word(field.getEnumType(), text) : text);
  }

  /** The contract's word, also for what people call it: "l2" is LOSS_KIND_L2. */
  private static String word(EnumDescriptor type, String text) {
    String word = text.toUpperCase(Locale.ROOT).replace('-', '_');
    String full = prefix(type) + word;
    return type.findValueByName(full) == null ? word : full;
  }

  /** All values of an enum begin with it. */
  private static String prefix(EnumDescriptor type) {
    String first = type.getValues().get(0).getName();
    return first.substring(0, first.length() - "UNSPECIFIED".length());
  }

  private static String expected(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "a list as JSON";
    }
    return switch (field.getJavaType()) {
      case INT, LONG -> "a whole number";
      case FLOAT, DOUBLE -> "a number";
      case BOOLEAN -> "true or false";
      case ENUM ->
          field.getEnumType().getValues().stream()
              .skip(1)
              .map(
                  value ->
                      value
                          .getName()
                          .substring(prefix(field.getEnumType()).length())
                          .toLowerCase(Locale.ROOT)
                          .replace('_', '-'))
              .collect(Collectors.joining(", "));
      case STRING, BYTE_STRING -> "text";
      case MESSAGE -> "an object as JSON";
    };
  }
}
