package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which folders of a dataset in 300W's layout belong to a split, and how many faces they have when
 * complete.
 */
final class Split {
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  /** Folders that tell 300W's layout. */
  private static final Set<String> FIELD_FOLDERS = Set.of("afw", "helen", "lfpw", "ibug");

  private static final Map<String, Integer> COMPLETE =
      Map.ofEntries(
          Map.entry("train", 3148),
          Map.entry("common", 554),
          Map.entry("challenging", 135),
          Map.entry("full", 689),
          Map.entry("test", 689),
          Map.entry("afw", 337),
          Map.entry("ibug", 135),
          Map.entry("helen/testset", 330),
          Map.entry("helen/trainset", 2000),
          Map.entry("lfpw/testset", 224),
          Map.entry("lfpw/trainset", 811));

  private static final List<String> NAMES =
      List.of("train", "common", "challenging", "full", "test");

  private final String name;

  private Split(String name) {
    this.name = name;
  }

  /**
   * A split of the field, or a folder such as "lfpw/testset".
   *
   * @throws FaultException INVALID_ARGUMENT for what could lead out of the dataset
   */
  static Split named(String name) {
    if (!NAMES.contains(name)) {
      for (String segment : name.split("/", -1)) {
        if (!FOLDER.matcher(segment).matches()) {
          throw FaultException.invalid(
              "dataset.split", name, "one of " + NAMES + " or a folder such as lfpw/testset");
        }
      }
    }
    return new Split(name);
  }

  /**
   * Whether a folder's faces belong to it.
   *
   * @param folder relative to the dataset, "/" between segments; empty for the dataset's own folder
   */
  boolean contains(String folder) {
    List<String> segments = List.of(folder.split("/", -1));
    return switch (name) {
      case "train" -> isWithin(folder, "afw") || segments.contains("trainset");
      case "common" -> isWithin(folder, "helen/testset") || isWithin(folder, "lfpw/testset");
      case "challenging" -> isWithin(folder, "ibug");
      case "full" ->
          isWithin(folder, "helen/testset")
              || isWithin(folder, "lfpw/testset")
              || isWithin(folder, "ibug");
      case "test" -> isWithin(folder, "ibug") || segments.contains("testset");
      default -> isWithin(folder, name);
    };
  }

  /**
   * Faces of the complete split of 300W; 0 where the dataset has another layout or the folder is
   * not known.
   */
  int expectedFaces(Set<String> topFolders) {
    if (topFolders.stream().noneMatch(FIELD_FOLDERS::contains)) {
      return 0;
    }
    return COMPLETE.getOrDefault(name, 0);
  }

  private static boolean isWithin(String folder, String ancestor) {
    return folder.equals(ancestor) || folder.startsWith(ancestor + "/");
  }
}
