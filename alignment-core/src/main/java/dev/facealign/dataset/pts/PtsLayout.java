package dev.facealign.dataset.pts;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * 300W's layout: pictures (.jpg, .jpeg, .png) beside .pts files of the same name, in nested
 * folders.
 *
 * <p>Splits: {@code train} is afw and every folder named trainset; {@code common} is helen/testset
 * and lfpw/testset; {@code challenging} is ibug; {@code full} is both; {@code test} is every folder
 * named testset, and ibug; {@code all} is everything; anything else is a folder of the dataset.
 */
public final class PtsLayout implements DatasetLayout {
  @Override
  public DatasetFormat format() {
    return DatasetFormat.W300;
  }

  @Override
  public Optional<String> evidence(Path folder) {
    return Optional.ofNullable(
        new PtsTree(folder, String.valueOf(folder.getFileName())).firstAnnotation());
  }

  /** The splits of the field, then the folders that hold annotations. */
  @Override
  public List<String> splits(Path folder) {
    TreeSet<String> folders = new TreeSet<>();
    new PtsTree(folder, String.valueOf(folder.getFileName()))
        .visit(
            FieldSplit.named(ALL),
            new PtsTree.Visitor() {
              @Override
              public void face(PtsTree.FaceFiles face) {
                folders.add(face.id().substring(0, Math.max(0, face.id().lastIndexOf('/'))));
              }

              @Override
              public void fault(FaultException fault) {
                // The face of the same name was visited.
              }

              @Override
              public void mirroredCopy() {
                // So was this one's.
              }
            });
    List<String> splits = new ArrayList<>();
    for (String name : FieldSplit.NAMES) {
      FieldSplit split = FieldSplit.named(name);
      if (folders.stream().anyMatch(split::contains)) {
        splits.add(name);
      }
    }
    folders.stream().filter(name -> !name.isEmpty()).forEach(splits::add);
    return splits;
  }

  @Override
  public String defaultScheme() {
    return LandmarkScheme.IBUG_68.id();
  }

  @Override
  public SplitReader open(Path folder, String name, String split, LandmarkScheme scheme) {
    PtsTree tree = new PtsTree(folder, name);
    PtsSplitReader reader = new PtsSplitReader(tree, name, FieldSplit.named(split), scheme);
    if (reader.total() == 0) {
      throw DatasetFaults.splitEmpty(name, split, ".pts files in its folders", splits(folder));
    }
    return reader;
  }
}
