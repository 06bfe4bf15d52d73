package dev.facealign.cli.detect;

import com.google.protobuf.ByteString;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A photo to be looked at.
 *
 * @param file where it is
 * @param name what its results are called; no two photos of a run share one
 */
public record Photo(Path file, String name) {
  // The rest of the message must fit too: a message over the limit would end the whole stream.
  private static final long MOST_BYTES = ImageLimits.DEFAULT.maxBytes() - 64 * 1024;
  private static final int LONGEST_TAG = 256;

  /**
   * The photos that the arguments name: files, and the pictures directly in folders.
   *
   * @throws CommandFailure when a folder has no pictures
   */
  public static List<Photo> find(List<Path> arguments) {
    List<Path> files = new ArrayList<>();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        List<Path> pictures = pictures(argument);
        if (pictures.isEmpty()) {
          throw new CommandFailure(argument + ": no photos (expected: .jpg, .jpeg or .png files)");
        }
        files.addAll(pictures);
      } else {
        files.add(argument);
      }
    }
    Set<String> names = new HashSet<>();
    List<Photo> photos = new ArrayList<>();
    for (Path file : files) {
      String stem = stem(file);
      String name = stem;
      for (int i = 2; !names.add(name); i++) {
        name = stem + "-" + i;
      }
      photos.add(new Photo(file, name));
    }
    return photos;
  }

  private static List<Path> pictures(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).filter(Photo::isPicture).sorted().toList();
    } catch (IOException e) {
      throw new CommandFailure(folder + ": cannot be read: " + e, e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = fileName(file).toLowerCase(Locale.ROOT);
    // Names that begin with a dot are other programs' (macOS leaves "._name.jpg" beside
    // "name.jpg").
    return !name.startsWith(".")
        && (name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png"));
  }

  private static String stem(Path file) {
    String name = fileName(file);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** What the service echoes: the end of the file's path. */
  String tag() {
    String path = file.toString();
    return path.length() <= LONGEST_TAG ? path : path.substring(path.length() - LONGEST_TAG);
  }

  /**
   * Its bytes.
   *
   * @throws CommandFailure when they cannot be read or are too many
   */
  public ByteString read() {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new CommandFailure(
            file
                + ": "
                + size / (1024 * 1024)
                + " MiB (expected: below "
                + ImageLimits.DEFAULT.maxBytes() / (1024 * 1024)
                + " MiB)");
      }
      return ByteString.copyFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      String why = Files.exists(file) ? "cannot be read: " + e.getMessage() : "no such file";
      throw new CommandFailure(file + ": " + why + " (expected: a JPEG or PNG photo)", e);
    }
  }
}
