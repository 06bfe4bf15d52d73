package dev.facealign.dataset.crops;

import dev.facealign.dataset.DatasetBounds;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.PictureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one split.
 *
 * @param dataset the dataset's folder
 * @param split its name
 * @param prefix the split's folder relative to the dataset's, with a slash behind it; empty where
 *     they are the same
 */
record CropsFolder(Path dataset, String split, String prefix) {
  private static final String ANNOTATIONS = "annotations";
  private static final String IMAGES = "images";
  private static final String POINTS = ".npy";
  private static final String TRAIN = "train";

  /**
   * A face's files.
   *
   * @param name of both, without extension
   * @param second whether another annotation of this name came before it ("a.NPY" and "a.npy")
   */
  record Crop(String name, Path points, @Nullable Path picture, boolean second) {}

  /**
   * The splits of a dataset that have annotations, sorted. Its own folder is "train" where it has
   * no folder of that name. Annotations that lie elsewhere are not its: {@link #elsewhere}.
   */
  static List<CropsFolder> of(Path dataset) {
    DatasetBounds bounds = new DatasetBounds(dataset);
    return candidates(dataset).stream()
        .filter(folder -> !bounds.exclude(dataset.resolve(folder.annotations())))
        .filter(CropsFolder::hasPoints)
        .toList();
  }

  /** The folders of annotations that are symbolic links, or in such, out of the dataset. */
  static List<String> elsewhere(Path dataset) {
    DatasetBounds bounds = new DatasetBounds(dataset);
    return candidates(dataset).stream()
        .map(CropsFolder::annotations)
        .filter(annotations -> bounds.exclude(dataset.resolve(annotations)))
        .toList();
  }

  private static Collection<CropsFolder> candidates(Path dataset) {
    Map<String, CropsFolder> splits = new TreeMap<>();
    splits.put(TRAIN, new CropsFolder(dataset, TRAIN, ""));
    for (Path entry : list(dataset)) {
      String name = String.valueOf(entry.getFileName());
      if (!name.startsWith(".") && Files.isDirectory(entry.resolve(ANNOTATIONS))) {
        splits.put(name, new CropsFolder(dataset, name, name + "/"));
      }
    }
    return splits.values();
  }

  /** Where its annotations are, relative to the dataset's folder. */
  String annotations() {
    return prefix + ANNOTATIONS;
  }

  /** Its faces, sorted by name. */
  List<Crop> crops() {
    Map<String, Path> pictures = new HashMap<>();
    for (Path file : list(dataset.resolve(prefix + IMAGES))) {
      String name = String.valueOf(file.getFileName());
      if (PictureFile.isNamedSo(name)) {
        pictures.merge(stem(name), file, PictureFile::preferred);
      }
    }
    List<Crop> crops = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path file : list(dataset.resolve(annotations()))) {
      String name = String.valueOf(file.getFileName());
      if (isPoints(name)) {
        crops.add(new Crop(stem(name), file, pictures.get(stem(name)), !names.add(stem(name))));
      }
    }
    return crops;
  }

  private boolean hasPoints() {
    Path folder = dataset.resolve(annotations());
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> isPoints(String.valueOf(file.getFileName())));
    } catch (IOException e) {
      throw DatasetFaults.unreadable(folder.toString(), e);
    }
  }

  /** A folder's entries, sorted by name; none where there is no folder. */
  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw DatasetFaults.unreadable(folder.toString(), e);
    }
  }

  /** macOS leaves "._name.npy" beside "name.npy". */
  private static boolean isPoints(String fileName) {
    return !fileName.startsWith(".") && fileName.toLowerCase(Locale.ROOT).endsWith(POINTS);
  }

  private static String stem(String fileName) {
    return fileName.substring(0, fileName.lastIndexOf('.'));
  }
}
