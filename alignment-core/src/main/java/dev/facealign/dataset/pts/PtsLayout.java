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
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * 300W's layout: pictures (.jpg, .jpeg, .png) beside .pts files of the same name, in nested
 * folders.
 *
 * <p>Splits: {@code train} is afw and every folder named trainset; {@code common} is helen/testset
 * and lfpw/testset; {@code challenging} is ibug; {@code full} is both; {@code test} is every folder
 * named testset, and ibug; {@code all} is everything; anything else is a folder of the dataset.
 *
 * <p>Datasets without any of 300W's folders (afw, helen, lfpw, ibug) have their own: there these
 * words are folders, too, and {@code train} also every folder named trainset, {@code test} every
 * one named testset.
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

  /** The splits of the field, then the folders that hold annotations and can be named. */
  @Override
  public List<String> splits(Path folder) {
    TreeSet<String> folders = new TreeSet<>();
    PtsTree tree = new PtsTree(folder, String.valueOf(folder.getFileName()));
    tree.visit(
        tree.split(ALL),
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

          @Override
          public void elsewhere(String left) {
            // Not of the dataset.
          }
        });
    List<String> splits = new ArrayList<>();
    for (String name : FieldSplit.NAMES) {
      FieldSplit split = tree.split(name);
      if (folders.stream().anyMatch(split::contains)) {
        splits.add(name);
      }
    }
    folders.stream()
        .filter(FieldSplit::canBeNamed)
        .filter(name -> !FieldSplit.NAMES.contains(name.toLowerCase(Locale.ROOT)))
        .forEach(splits::add);
    return splits;
  }

  @Override
  public String defaultScheme() {
    return LandmarkScheme.IBUG_68.id();
  }

  @Override
  public SplitReader open(Path folder, String name, String split, LandmarkScheme scheme) {
    PtsTree tree = new PtsTree(folder, name);
    PtsSplitReader reader = new PtsSplitReader(tree, name, tree.split(split), scheme);
    if (reader.total() == 0) {
      throw DatasetFaults.splitEmpty(
          name,
          split,
          ".pts files in its folders, none of them a link out of the dataset",
          splits(folder));
    }
    return reader;
  }
}
