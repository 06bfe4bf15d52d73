package dev.facealign.dataset.pts;

import dev.facealign.dataset.DatasetBounds;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.PictureFile;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a dataset in 300W's layout. Holds the names of one folder at a time (and of its
 * ancestors), whatever the number of faces.
 *
 * <p>Downloads differ: extensions in upper case, blanks in names ("image_092 _01.jpg"), a folder
 * around the whole, mirrored copies beside the pictures, what file managers and archivers leave
 * behind.
 */
final class PtsTree {
  static final String POINTS = ".pts";

  /** What the program that made the copy appends to a picture's name. */
  static final String MIRRORED = "_mirror";

  private static final int DEEPEST = 16;

  /** Folders around the whole that are looked into. */
  private static final int MOST_WRAPPINGS = 3;

  private final DatasetBounds bounds;
  private final Path base;
  private final String dataset;
  private final boolean ofTheField;

  /**
   * @param folder of the dataset
   * @param dataset its name, for messages
   */
  PtsTree(Path folder, String dataset) {
    this.dataset = dataset;
    this.bounds = new DatasetBounds(folder);
    this.base = unwrapped(folder);
    this.ofTheField =
        folders(base).stream().anyMatch(sub -> FieldSplit.isOfTheField(fileName(sub)));
  }

  /** A face's files. */
  record FaceFiles(String id, Path points, @Nullable Path picture) {}

  /** Takes what is found, in the order of the faces' identifiers. */
  interface Visitor {
    void face(FaceFiles face);

    /** A file that cannot be a face's. */
    void fault(FaultException fault);

    /** A copy of another face, mirrored; not a face of its own. */
    void mirroredCopy();

    /** A folder that is a symbolic link out of the dataset; its faces are not the dataset's. */
    void elsewhere(String folder);
  }

  /** Whether there are folders of 300W's own names. */
  boolean isOfTheField() {
    return ofTheField;
  }

  /** A split by its name: {@link FieldSplit#named}. */
  FieldSplit split(String name) {
    return FieldSplit.named(name, ofTheField);
  }

  /** Where the dataset ends. */
  DatasetBounds bounds() {
    return bounds;
  }

  /**
   * Visits the faces of a split in the order of their identifiers. A folder that links lead to,
   * too, is visited once, by the first of its names.
   */
  void visit(FieldSplit split, Visitor visitor) {
    try {
      visit(base, "", 1, split, visitor, new HashSet<>());
    } catch (IOException e) {
      throw DatasetFaults.unreadable("dataset " + dataset, e);
    }
  }

  private void visit(
      Path folder, String relative, int depth, FieldSplit split, Visitor visitor, Set<Path> seen)
      throws IOException {
    if (bounds.exclude(folder)) {
      visitor.elsewhere(relative);
      return;
    }
    if (!seen.add(folder.toRealPath())) {
      // A link to what has been or will be seen.
      return;
    }
    if (depth > DEEPEST) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "DATASET_TOO_DEEP",
          "dataset " + dataset + ": " + relative + " (expected: <= " + DEEPEST + " folders deep)");
    }
    Listing listing = Listing.of(folder, split.contains(relative));
    String prefix = relative.isEmpty() ? "" : relative + "/";
    // Faces and folders in one order: that of whole identifiers.
    TreeMap<String, Path> children = new TreeMap<>(listing.points());
    listing.folders().forEach((name, sub) -> children.put(name + "/", sub));
    for (Map.Entry<String, Path> child : children.entrySet()) {
      String name = child.getKey();
      if (name.endsWith("/")) {
        String sub = name.substring(0, name.length() - 1);
        visit(child.getValue(), prefix + sub, depth + 1, split, visitor, seen);
      } else if (ofTheField && listing.isMirroredCopy(name)) {
        visitor.mirroredCopy();
      } else {
        visitor.face(new FaceFiles(prefix + name, child.getValue(), listing.picture(name)));
      }
    }
    for (Path surplus : listing.surplus()) {
      visitor.fault(
          DatasetFaults.annotation(
              dataset + "/" + prefix + fileName(surplus),
              "a second annotation of " + stem(fileName(surplus)),
              "one"));
    }
  }

  /**
   * An annotation, relative to the folder; null where there is none. Holds no folder's names: there
   * may be very many pictures of another layout.
   */
  @Nullable String firstAnnotation() {
    try {
      return firstAnnotation(base, "", 1, new HashSet<>());
    } catch (IOException e) {
      throw DatasetFaults.unreadable("dataset " + dataset, e);
    }
  }

  private @Nullable String firstAnnotation(Path folder, String prefix, int depth, Set<Path> seen)
      throws IOException {
    if (depth > DEEPEST || bounds.exclude(folder) || !seen.add(folder.toRealPath())) {
      return null;
    }
    Glance glance = Glance.at(folder);
    String found = glance.annotation() == null ? null : prefix + glance.annotation();
    for (Map.Entry<String, Path> sub : glance.folders().entrySet()) {
      if (found == null) {
        found = firstAnnotation(sub.getValue(), prefix + sub.getKey() + "/", depth + 1, seen);
      }
    }
    return found;
  }

  private static boolean isAnnotation(String name) {
    return name.length() > POINTS.length() && name.toLowerCase(Locale.ROOT).endsWith(POINTS);
  }

  /** Whether it is another program's (macOS leaves "._name.pts" beside "name.pts"). */
  private static boolean isOthers(String name) {
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  /** An archive unpacked into a folder of its own puts that folder around 300W's. */
  private Path unwrapped(Path folder) {
    Path inner = folder;
    for (int i = 0; i <= MOST_WRAPPINGS; i++) {
      List<Path> subs = folders(inner);
      if (subs.stream().anyMatch(sub -> FieldSplit.isOfTheField(fileName(sub)))) {
        return inner;
      }
      if (subs.size() != 1) {
        break;
      }
      inner = subs.get(0);
    }
    return folder;
  }

  private List<Path> folders(Path folder) {
    try {
      return Glance.at(folder).folders().values().stream()
          .filter(sub -> !bounds.exclude(sub))
          .toList();
    } catch (IOException e) {
      throw DatasetFaults.unreadable("dataset " + dataset, e);
    }
  }

  /**
   * What a folder holds without its pictures and all its annotations, of which there may be very
   * many.
   *
   * @param annotation the first one's name
   */
  private record Glance(@Nullable String annotation, TreeMap<String, Path> folders) {
    static Glance at(Path folder) throws IOException {
      String first = null;
      TreeMap<String, Path> folders = new TreeMap<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        for (Path entry : stream) {
          String name = fileName(entry);
          if (isOthers(name) || PictureFile.isNamedSo(name)) {
            continue;
          }
          if (!isAnnotation(name)) {
            if (Files.isDirectory(entry)) {
              folders.put(name, entry);
            }
          } else if (first == null || name.compareTo(first) < 0) {
            first = name;
          }
        }
      } catch (DirectoryIteratorException e) {
        throw new IOException(e);
      }
      return new Glance(first, folders);
    }
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String stem(String fileName) {
    return fileName.substring(0, fileName.lastIndexOf('.'));
  }

  /**
   * One folder's files by their names without extension.
   *
   * @param surplus annotations whose name another one has, too ("a.pts" and "a.PTS")
   * @param loosePictures by their names in lower case without blanks
   */
  private record Listing(
      Map<String, Path> folders,
      Map<String, Path> points,
      List<Path> surplus,
      Map<String, Path> pictures,
      Map<String, Path> loosePictures) {

    static Listing of(Path folder, boolean withFiles) throws IOException {
      List<Path> entries = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        stream.forEach(entries::add);
      } catch (DirectoryIteratorException e) {
        throw new IOException(e);
      }
      // A file system lists in any order; of two files for one face the first one counts.
      entries.sort(Comparator.comparing(PtsTree::fileName));
      Listing listing =
          new Listing(
              new TreeMap<>(),
              new TreeMap<>(),
              new ArrayList<>(),
              new HashMap<>(),
              new HashMap<>());
      for (Path entry : entries) {
        String name = fileName(entry);
        if (!isOthers(name)) {
          listing.take(entry, name, withFiles);
        }
      }
      return listing;
    }

    private void take(Path entry, String name, boolean withFiles) {
      boolean annotation = isAnnotation(name);
      if (!annotation && !PictureFile.isNamedSo(name)) {
        if (Files.isDirectory(entry)) {
          folders.put(name, entry);
        }
      } else if (!withFiles) {
        return;
      } else if (!annotation) {
        pictures.merge(stem(name), entry, PictureFile::preferred);
        loosePictures.merge(loose(stem(name)), entry, PictureFile::preferred);
      } else if (points.putIfAbsent(stem(name), entry) != null) {
        surplus.add(entry);
      }
    }

    private static String loose(String stem) {
      return stem.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
    }

    @Nullable Path picture(String stem) {
      Path exact = pictures.get(stem);
      return exact == null ? loosePictures.get(loose(stem)) : exact;
    }

    boolean isMirroredCopy(String stem) {
      return stem.endsWith(MIRRORED)
          && points.containsKey(stem.substring(0, stem.length() - MIRRORED.length()));
    }
  }
}
