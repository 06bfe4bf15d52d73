package dev.facealign.dataset.table;

import dev.facealign.dataset.DatasetBounds;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the pictures that a table names. A table may come from anywhere: nothing in it, and no
 * symbolic link beside it, leads out of the dataset's folder. The folder itself may be a link.
 */
final class PicturePaths {
  private static final String EXPECTED =
      "a path relative to the dataset's folder such as photos/a.jpg, without ..";

  private static final int LONGEST = 1024;

  private final Path folder;
  private final DatasetBounds bounds;

  /**
   * @throws FaultException UNAVAILABLE without the folder
   */
  PicturePaths(Path folder) {
    this.folder = folder;
    this.bounds = new DatasetBounds(folder);
  }

  /**
   * A path in one spelling: "./photos//a.jpg" is "photos/a.jpg".
   *
   * @param place file and line, for messages
   */
  String normalised(String written, String place) {
    if (written.isEmpty()
        || written.length() > LONGEST
        || written.startsWith("/")
        || written.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
      throw fault(place, written);
    }
    List<String> segments = new ArrayList<>();
    for (String segment : written.split("/", -1)) {
      if (segment.equals("..")) {
        throw fault(place, written);
      }
      if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    if (segments.isEmpty() || written.endsWith("/")) {
      throw fault(place, written);
    }
    return String.join("/", segments);
  }

  /**
   * Where a picture lies. It need not be there.
   *
   * @param picture {@link #normalised}
   * @param place file and line, for messages
   */
  Path resolve(String picture, String place) {
    Path file;
    try {
      file = folder.resolve(picture);
    } catch (InvalidPathException e) {
      throw DatasetFaults.annotation(
          place,
          "picture \"" + picture + "\"",
          "a name that this machine's file system has (is its locale UTF-8?)");
    }
    // Where there is no picture, it leads nowhere.
    if (Files.isRegularFile(file) && bounds.exclude(file)) {
      throw DatasetFaults.annotation(
          place, "picture \"" + picture + "\" by a symbolic link", "a file within the folder");
    }
    return file;
  }

  private static FaultException fault(String place, String written) {
    return DatasetFaults.annotation(place, "picture \"" + written + "\"", EXPECTED);
  }
}
