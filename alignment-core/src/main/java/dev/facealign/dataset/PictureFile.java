package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Pictures that lie on disk as JPEG or PNG files. */
public final class PictureFile {
  /** Extensions with their dot, in the order in which they are looked for; letter case is free. */
  public static final List<String> EXTENSIONS = List.of(".jpg", ".jpeg", ".png");

  /** No photograph has more; a decoder's own limits are lower. */
  private static final long MOST_BYTES = 256L << 20;

  private PictureFile() {}

  /** Whether a file's name says that it is a picture. */
  public static boolean isNamedSo(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    return EXTENSIONS.stream().anyMatch(lower::endsWith);
  }

  /** Of two pictures of one face the one whose extension comes first; the first one of equals. */
  public static Path preferred(Path first, Path second) {
    return rank(second) < rank(first) ? second : first;
  }

  private static int rank(Path picture) {
    String name = String.valueOf(picture.getFileName());
    return EXTENSIONS.indexOf(name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT));
  }

  /**
   * A picture's bytes.
   *
   * @param faceId for messages
   * @throws FaultException NOT_FOUND without the file, INVALID_ARGUMENT (IMAGE_TOO_LARGE),
   *     DATA_LOSS (PICTURE_UNREADABLE); all name the face
   */
  public static byte[] read(Path file, String faceId) {
    try {
      // Anything else, a pipe for instance, may never end.
      if (!Files.isRegularFile(file)) {
        throw FaultException.notFound("picture", faceId, "a .jpg or .png file");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw FaultException.invalid(
            "IMAGE_TOO_LARGE",
            "picture",
            faceId + ", " + size + " bytes",
            "<= " + MOST_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "PICTURE_UNREADABLE", "picture: " + faceId + " cannot be read", e);
    }
  }
}
