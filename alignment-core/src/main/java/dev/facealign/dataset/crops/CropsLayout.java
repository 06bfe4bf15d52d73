package dev.facealign.dataset.crops;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The published code's layout: crops in a folder images, and beside it a folder annotations with a
 * .npy file of the same name for each. Both are in a folder of the split's name; in the dataset's
 * own folder they are the split {@code train}, unless it has a folder of that name.
 */
public final class CropsLayout implements DatasetLayout {
  private static final Pattern SPLIT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  @Override
  public DatasetFormat format() {
    return DatasetFormat.CROPS;
  }

  @Override
  public Optional<String> evidence(Path folder) {
    return CropsFolder.of(folder).stream().map(CropsFolder::annotations).findFirst();
  }

  @Override
  public List<String> splits(Path folder) {
    return CropsFolder.of(folder).stream()
        .map(CropsFolder::split)
        .filter(CropsLayout::isSplit)
        .toList();
  }

  @Override
  public String defaultScheme() {
    return LandmarkScheme.IBUG_68.id();
  }

  @Override
  public SplitReader open(Path folder, String name, String split, LandmarkScheme scheme) {
    if (!split.equals(ALL) && !isSplit(split)) {
      throw FaultException.invalid(
          "dataset.split", split, "a folder's name, such as train, or " + ALL);
    }
    List<CropsFolder> wanted =
        CropsFolder.of(folder).stream()
            .filter(found -> split.equals(ALL) || split.equals(found.split()))
            .toList();
    if (wanted.isEmpty()) {
      throw DatasetFaults.splitEmpty(
          name, split, ".npy files in its folder annotations", splits(folder));
    }
    return new CropsSplitReader(folder, name, wanted, scheme);
  }

  /** Whether a folder's name names it: "all" has the faces of every folder. */
  static boolean isSplit(String name) {
    return SPLIT.matcher(name).matches() && !name.equals(ALL);
  }
}
