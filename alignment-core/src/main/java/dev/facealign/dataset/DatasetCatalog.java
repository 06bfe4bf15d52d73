package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The datasets of one folder, by name, in 300W's layout: pictures (.jpg, .jpeg, .png) beside .pts
 * files of the same name, in nested folders. A dataset may be a symbolic link. Callers give names,
 * never paths. Thread-safe.
 *
 * <p>Splits: {@code train} is afw and every folder named trainset; {@code common} is helen/testset
 * and lfpw/testset; {@code challenging} is ibug; {@code full} is both; {@code test} is every folder
 * named testset, and ibug; anything else is a folder of the dataset.
 */
public final class DatasetCatalog {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  private static final String POINTS = ".pts";

  private static final List<String> PICTURES = List.of(".jpg", ".jpeg", ".png");

  /**
   * Collections in which "NAME_1" and "NAME_2" are faces of one picture; elsewhere a number is a
   * picture's own.
   */
  private static final Set<String> SEVERAL_FACES_A_PICTURE = Set.of("afw", "helen");

  private static final Pattern FACE_NUMBER = Pattern.compile("_\\d+$");

  private static final int DEEPEST = 8;

  private final Path root;

  /**
   * A catalogue of a folder.
   *
   * @param root its sub-folders are the datasets; need not exist yet
   */
  public DatasetCatalog(Path root) {
    this.root = root;
  }

  /** The datasets there are, sorted. */
  public List<String> names() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> NAME.matcher(name).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(root.toString(), e);
    }
  }

  /** The faces of a split; see {@link #open(String, String, String, ReadProgress)}. */
  public FaceDataset open(String name, String split, String schemeId) {
    return open(name, split, schemeId, ReadProgress.NONE);
  }

  /**
   * The faces of a split. All annotations are read and checked now, pictures when they are asked
   * for.
   *
   * @param name letters, digits, '.', '_' and '-'
   * @param split "train", "common", "challenging", "full", "test" or a folder such as
   *     "lfpw/testset"
   * @param schemeId "68" or "29"
   * @param progress hears of every annotation read
   * @throws FaultException NOT_FOUND for an unknown dataset, naming those there are;
   *     INVALID_ARGUMENT for a name, split or scheme of the wrong form, and for a wrong annotation,
   *     naming file, line, value and expectation; FAILED_PRECONDITION (SPLIT_EMPTY) for a split
   *     without faces
   */
  public FaceDataset open(String name, String split, String schemeId, ReadProgress progress) {
    Path folder = folder(name);
    LandmarkScheme scheme = LandmarkScheme.byId(schemeId);
    Split wanted = Split.named(split);
    List<Entry> entries = find(folder, name, wanted);
    if (entries.isEmpty()) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "SPLIT_EMPTY",
          "dataset "
              + name
              + ": split "
              + split
              + " has no faces (expected: .pts files in its folders; there are "
              + topFolders(folder)
              + ")");
    }
    List<FaceSample> faces = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Landmarks landmarks =
          PtsFile.read(entry.points(), name + "/" + entry.id() + POINTS, scheme.count());
      faces.add(new AnnotatedFile(entry.id(), pictureId(entry.id()), landmarks, entry.picture()));
      progress.annotationRead(faces.size(), entries.size());
    }
    return new FaceDataset(
        name, split, DatasetFormat.W300, scheme, faces, wanted.expectedFaces(topFolders(folder)));
  }

  private Path folder(String name) {
    if (!NAME.matcher(name).matches()) {
      throw FaultException.invalid(
          "dataset.name", name, "letters, digits, '.', '_' and '-', not starting with '.'");
    }
    Path folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      throw FaultException.notFound("dataset", name, "one of " + names());
    }
    return folder;
  }

  /** A face's files. */
  private record Entry(String id, Path points, @Nullable Path picture) {}

  /**
   * Faces of the split, sorted by identifier, so that a reading order does not hang on the file
   * system.
   */
  private static List<Entry> find(Path dataset, String name, Split split) {
    List<Entry> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          dataset,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          DEEPEST,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
              String relative = relative(dataset, folder);
              if (split.contains(relative)) {
                collect(folder, relative, found);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw unreadable("dataset " + name, e);
    }
    found.sort(Comparator.comparing(Entry::id));
    return found;
  }

  private static void collect(Path folder, String relative, List<Entry> found) throws IOException {
    Map<String, Path> pictures = new HashMap<>();
    Map<String, Path> points = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String fileName = String.valueOf(file.getFileName());
        int dot = fileName.lastIndexOf('.');
        // Names that begin with a dot are other programs' (macOS leaves "._name.pts" beside
        // "name.pts").
        if (dot <= 0 || fileName.startsWith(".")) {
          continue;
        }
        String stem = fileName.substring(0, dot);
        String extension = fileName.substring(dot).toLowerCase(Locale.ROOT);
        if (extension.equals(POINTS)) {
          points.put(stem, file);
        } else if (PICTURES.contains(extension)) {
          pictures.put(stem, file);
        }
      }
    }
    String prefix = relative.isEmpty() ? "" : relative + "/";
    points.forEach((stem, file) -> found.add(new Entry(prefix + stem, file, pictures.get(stem))));
  }

  private static String relative(Path dataset, Path folder) {
    List<String> segments = new ArrayList<>();
    for (Path segment : dataset.relativize(folder)) {
      segments.add(segment.toString());
    }
    return String.join("/", segments);
  }

  private static Set<String> topFolders(Path dataset) {
    try (Stream<Path> entries = Files.list(dataset)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> String.valueOf(entry.getFileName()))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw unreadable("dataset " + dataset.getFileName(), e);
    }
  }

  private static String pictureId(String id) {
    int slash = id.indexOf('/');
    boolean several = slash > 0 && SEVERAL_FACES_A_PICTURE.contains(id.substring(0, slash));
    return several ? FACE_NUMBER.matcher(id).replaceFirst("") : id;
  }

  private static FaultException unreadable(String what, IOException cause) {
    return FaultException.of(
        FaultKind.UNAVAILABLE, "DATASET_UNREADABLE", what + " cannot be read", cause);
  }
}
