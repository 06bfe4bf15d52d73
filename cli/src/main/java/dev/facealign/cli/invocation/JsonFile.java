package dev.facealign.cli.invocation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that an option names and that holds a message as proto3 JSON. */
public final class JsonFile {
  private JsonFile() {}

  /**
   * Reads a file into a message.
   *
   * @param option what named the file, for messages
   * @param expected what the file holds, such as "a TrainingJob"
   * @throws CommandFailure the file cannot be read, or holds something else
   */
  public static void merge(String option, Path file, Message.Builder into, String expected) {
    try {
      JsonFormat.parser().merge(Files.readString(file), into);
    } catch (InvalidProtocolBufferException e) {
      throw new CommandFailure(
          "%s: %s: %s (expected: %s as proto3 JSON)"
              .formatted(option, file, e.getMessage(), expected),
          e);
    } catch (IOException e) {
      throw new CommandFailure(
          option + ": " + file + " (expected: a file that can be read): " + e, e);
    }
  }
}
