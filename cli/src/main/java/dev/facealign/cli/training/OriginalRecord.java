package dev.facealign.cli.training;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a dead letter's record held, as far as it can be read: a job or other JSON, text, or bytes.
 *
 * @param form what it is, for people
 * @param lines its content, fit for a terminal; the beginning only where there is much
 */
record OriginalRecord(String form, List<String> lines) {
  private static final int MOST_LINES = 200;
  private static final int MOST_CHARACTERS = 4096;
  private static final int MOST_BYTES = 256;
  private static final int BYTES_A_LINE = 16;

  static OriginalRecord of(TrainingDeadLetter letter) {
    ByteString value = letter.getOriginalValue();
    if (value.isEmpty()) {
      return new OriginalRecord("no bytes", List.of());
    }
    return json(value)
        .or(() -> job(value))
        .or(() -> text(value))
        .orElseGet(() -> new OriginalRecord("bytes", hex(value)));
  }

  private static Optional<OriginalRecord> json(ByteString value) {
    if (!value.isValidUtf8() || !value.toStringUtf8().stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonElement content = JsonParser.parseString(value.toStringUtf8());
      String pretty =
          new GsonBuilder()
              .setPrettyPrinting()
              .disableHtmlEscaping()
              .serializeNulls()
              .create()
              .toJson(content);
      return Optional.of(new OriginalRecord("JSON", bounded(pretty)));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<OriginalRecord> job(ByteString value) {
    try {
      TrainingJob job = TrainingJob.parseFrom(value);
      // Many a text can be read as protobuf, with fields that nobody knows or that come again and
      // again.
      return isKnown(job) && job.getSerializedSize() == value.size()
          ? Optional.of(
              new OriginalRecord("protobuf, here as JSON", bounded(ProtoJson.setOnly(job))))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static boolean isKnown(Message message) {
    return message.getUnknownFields().asMap().isEmpty()
        && message.getAllFields().values().stream()
            .flatMap(
                value -> value instanceof List<?> list ? list.stream() : List.of(value).stream())
            .allMatch(value -> !(value instanceof Message part) || isKnown(part));
  }

  private static Optional<OriginalRecord> text(ByteString value) {
    if (!value.isValidUtf8() || value.toStringUtf8().indexOf('\0') >= 0) {
      return Optional.empty();
    }
    return Optional.of(new OriginalRecord("text", bounded(value.toStringUtf8())));
  }

  private static List<String> bounded(String text) {
    boolean cut = text.length() > MOST_CHARACTERS;
    List<String> all =
        Printable.text(cut ? text.substring(0, MOST_CHARACTERS) : text).lines().toList();
    List<String> lines = new ArrayList<>(all.subList(0, Math.min(MOST_LINES, all.size())));
    if (cut || lines.size() < all.size()) {
      lines.add("... (" + text.length() + " characters)");
    }
    return lines;
  }

  private static List<String> hex(ByteString value) {
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < Math.min(MOST_BYTES, value.size()); at += BYTES_A_LINE) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%04x ", at));
      for (int i = at; i < Math.min(at + BYTES_A_LINE, value.size()); i++) {
        line.append(String.format(Locale.ROOT, " %02x", value.byteAt(i)));
      }
      lines.add(line.toString());
    }
    if (value.size() > MOST_BYTES) {
      lines.add("... (" + value.size() + " bytes)");
    }
    return lines;
  }
}
