package dev.facealign.cli.output;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A PNG file that a command writes at its end. */
public final class PngFile {
  private PngFile() {}

  /**
   * Makes the folders on the way to a file. To be asked before the work is done.
   *
   * @throws IOException with a sentence's end as its message, such as "it is a folder"
   */
  public static void prepare(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder (expected: a file such as faces.png)");
    }
    Path folder = file.toAbsolutePath().getParent();
    // Making folders refuses links to folders, which are fine.
    if (folder != null && !Files.isDirectory(folder)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new IOException("its folder cannot be made: " + words(e), e);
      }
    }
  }

  /**
   * Writes a picture.
   *
   * @throws IOException with a sentence's end as its message
   */
  public static void write(BufferedImage picture, Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Given a path that it cannot open, ImageIO prints a stack trace of its own.
    if (!ImageIO.write(picture, "png", bytes)) {
      throw new IllegalStateException("every JDK writes PNG");
    }
    try {
      Files.write(file, bytes.toByteArray());
    } catch (IOException e) {
      throw new IOException(words(e), e);
    }
  }

  /** Messages of the file system's exceptions are often but the path. */
  private static String words(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "access denied";
    }
    if (e instanceof FileSystemException of && of.getReason() != null) {
      return of.getReason();
    }
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
