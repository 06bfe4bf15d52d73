package dev.facealign.cli.standalone;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The end of a log. */
public final class LogTail {
  private static final int MOST_BYTES = 32 * 1024;
  private static final Pattern STACK_FRAME =
      Pattern.compile("\\s+(at [\\w.$/<>]+\\(|\\.\\.\\. \\d+ (more|common frames))");

  private LogTail() {}

  /**
   * A log's last lines, oldest first; none where it cannot be read. The frames of stack traces are
   * left out, so that what went wrong is not pushed out by where.
   */
  public static List<String> of(Path log, int lines) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long length = file.length();
      int bytes = (int) Math.min(length, MOST_BYTES);
      byte[] end = new byte[bytes];
      file.seek(length - bytes);
      file.readFully(end);
      List<String> all =
          new String(end, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !STACK_FRAME.matcher(line).lookingAt())
              .toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
