package dev.facealign.dataset.cofw;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * COFW's layout: COFW_train_color.mat and COFW_test_color.mat in the dataset's folder. Splits:
 * {@code train}, {@code test}, and {@code all}.
 */
public final class CofwLayout implements DatasetLayout {
  private static final List<CofwFile> FILES = List.of(CofwFile.TRAIN, CofwFile.TEST);

  @Override
  public DatasetFormat format() {
    return DatasetFormat.COFW;
  }

  @Override
  public Optional<String> evidence(Path folder) {
    return there(folder).map(CofwFile::fileName).findFirst();
  }

  @Override
  public List<String> splits(Path folder) {
    return there(folder).map(CofwFile::split).toList();
  }

  @Override
  public String defaultScheme() {
    return LandmarkScheme.COFW_29.id();
  }

  @Override
  public SplitReader open(Path folder, String name, String split, LandmarkScheme scheme) {
    List<CofwFile> wanted =
        FILES.stream().filter(file -> split.equals(ALL) || split.equals(file.split())).toList();
    if (wanted.isEmpty()) {
      throw FaultException.invalid(
          "dataset.split", split, "one of " + List.of("train", "test", ALL));
    }
    List<CofwFile> files = there(folder).filter(wanted::contains).toList();
    if (files.isEmpty()) {
      String expected = String.join(" or ", wanted.stream().map(CofwFile::fileName).toList());
      throw DatasetFaults.splitEmpty(name, split, expected, splits(folder));
    }
    return new CofwSplitReader(folder, name, scheme, wanted, files);
  }

  private static Stream<CofwFile> there(Path folder) {
    return FILES.stream().filter(file -> Files.exists(folder.resolve(file.fileName())));
  }
}
