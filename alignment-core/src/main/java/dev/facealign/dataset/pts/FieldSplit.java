package dev.facealign.dataset.pts;

import dev.facealign.dataset.DatasetLayout;
import dev.facealign.fault.FaultException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which folders of a dataset in 300W's layout belong to a split, and how many faces they have when
 * complete. Letter case of folders does not count.
 */
final class FieldSplit {
  /** The splits of the field. */
  static final List<String> NAMES = List.of("train", "common", "challenging", "full", "test");

  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  /** Folders that tell 300W itself from other datasets of its layout. */
  private static final Set<String> FIELD_FOLDERS = Set.of("afw", "helen", "lfpw", "ibug");

  private static final Map<String, Integer> COMPLETE =
      Map.ofEntries(
          Map.entry(DatasetLayout.ALL, 3148 + 689),
          Map.entry("train", 3148),
          Map.entry("common", 554),
          Map.entry("challenging", 135),
          Map.entry("full", 689),
          Map.entry("test", 689),
          Map.entry("afw", 337),
          Map.entry("ibug", 135),
          Map.entry("helen", 2330),
          Map.entry("helen/testset", 330),
          Map.entry("helen/trainset", 2000),
          Map.entry("lfpw", 1035),
          Map.entry("lfpw/testset", 224),
          Map.entry("lfpw/trainset", 811));

  private final String name;

  private FieldSplit(String name) {
    this.name = name;
  }

  /**
   * A split of the field, everything, or a folder such as "lfpw/testset".
   *
   * @throws FaultException INVALID_ARGUMENT for what could lead out of the dataset
   */
  static FieldSplit named(String name) {
    for (String segment : name.split("/", -1)) {
      if (!FOLDER.matcher(segment).matches()) {
        throw FaultException.invalid(
            "dataset.split",
            name,
            "one of " + NAMES + ", " + DatasetLayout.ALL + " or a folder such as lfpw/testset");
      }
    }
    return new FieldSplit(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a top folder's name is one of 300W's. */
  static boolean isOfTheField(String topFolder) {
    return FIELD_FOLDERS.contains(topFolder.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a folder's faces belong to it.
   *
   * @param folder relative to the dataset, "/" between segments; empty for the dataset's own folder
   */
  boolean contains(String folder) {
    String path = folder.toLowerCase(Locale.ROOT);
    List<String> segments = List.of(path.split("/", -1));
    return switch (name) {
      case DatasetLayout.ALL -> true;
      case "train" -> isWithin(path, "afw") || segments.contains("trainset");
      case "common" -> isWithin(path, "helen/testset") || isWithin(path, "lfpw/testset");
      case "challenging" -> isWithin(path, "ibug");
      case "full" ->
          isWithin(path, "helen/testset")
              || isWithin(path, "lfpw/testset")
              || isWithin(path, "ibug");
      case "test" -> isWithin(path, "ibug") || segments.contains("testset");
      default -> isWithin(path, name);
    };
  }

  /** Faces of the complete split of 300W; 0 where the folder is not one of its. */
  int completeCount() {
    return COMPLETE.getOrDefault(name, 0);
  }

  private static boolean isWithin(String folder, String ancestor) {
    return folder.equals(ancestor) || folder.startsWith(ancestor + "/");
  }
}
