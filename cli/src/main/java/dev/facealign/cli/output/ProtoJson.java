package dev.facealign.cli.output;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/**
 * Messages as proto3 JSON. Fields at zero are written too, so that a reader never has to know the
 * defaults.
 */
public final class ProtoJson {
  private ProtoJson() {}

  /** A message over several lines. */
  public static String pretty(MessageOrBuilder message) {
    return print(JsonFormat.printer().alwaysPrintFieldsWithNoPresence(), message);
  }

  /** A message on one line, for streams of messages. */
  public static String line(MessageOrBuilder message) {
    return print(
        JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace(),
        message);
  }

  /** A message over several lines, with those fields only that are set. */
  public static String setOnly(MessageOrBuilder message) {
    return print(JsonFormat.printer(), message);
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      // Only google.protobuf.Any of an unknown type can fail, and no contract has one.
      throw new IllegalStateException("message cannot be written as JSON", e);
    }
  }
}
