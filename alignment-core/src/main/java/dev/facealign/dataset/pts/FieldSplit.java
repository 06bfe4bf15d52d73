package dev.facealign.dataset.pts;

import dev.facealign.dataset.DatasetLayout;
import dev.facealign.fault.FaultException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which folders of a dataset in 300W's layout belong to a split, and how many faces they have when
 * complete. Letter case of folders does not count.
 *
 * <p>In 300W itself "train", "common", "challenging", "full" and "test" mean what they do in the
 * field. In other datasets they are folders like any other; "train" is every folder named trainset,
 * too, and "test" every testset.
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
  private final boolean ofTheField;

  private FieldSplit(String name, boolean ofTheField) {
    this.name = name;
    this.ofTheField = ofTheField;
  }

  /** Whether a folder can be named: {@link #named} takes it, and not as the name of all. */
  static boolean canBeNamed(String folder) {
    return !folder.equalsIgnoreCase(DatasetLayout.ALL)
        && Stream.of(folder.split("/", -1)).allMatch(FOLDER.asMatchPredicate());
  }

  /**
   * A split of the field, everything, or a folder such as "lfpw/testset".
   *
   * @param ofTheField whether the dataset is 300W
   * @throws FaultException INVALID_ARGUMENT for what could lead out of the dataset
   */
  static FieldSplit named(String name, boolean ofTheField) {
    for (String segment : name.split("/", -1)) {
      if (!FOLDER.matcher(segment).matches()) {
        throw FaultException.invalid(
            "dataset.split",
            name,
            "one of " + NAMES + ", " + DatasetLayout.ALL + " or a folder such as lfpw/testset");
      }
    }
    return new FieldSplit(name.toLowerCase(Locale.ROOT), ofTheField);
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
    if (name.equals(DatasetLayout.ALL)) {
      return true;
    }
    if (!ofTheField) {
      return isWithin(path, name)
          || (name.equals("train") && segments.contains("trainset"))
          || (name.equals("test") && segments.contains("testset"));
    }
    return switch (name) {
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

  /** Faces of the complete split of 300W; 0 where it is not one of its. */
  int completeCount() {
    return ofTheField ? COMPLETE.getOrDefault(name, 0) : 0;
  }

  private static boolean isWithin(String folder, String ancestor) {
    return folder.equals(ancestor) || folder.startsWith(ancestor + "/");
  }
}
