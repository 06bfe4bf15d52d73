package dev.facealign.dataset.pts;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the faces of a split, one file after the other. */
final class PtsSplitReader implements SplitReader {
  /**
   * Collections in which "NAME_1" and "NAME_2" are faces of one picture; elsewhere a number is a
   * picture's own.
   */
  private static final Set<String> SEVERAL_FACES_A_PICTURE = Set.of("afw", "helen");

  private static final Pattern FACE_NUMBER = Pattern.compile("_\\d+$");

  /** "image_092 _01": iBUG counts pictures, and then faces. */
  private static final Pattern PICTURE_AND_FACE_NUMBER = Pattern.compile("(_\\d+) ?_\\d+$");

  private final PtsTree tree;
  private final String dataset;
  private final FieldSplit split;
  private final LandmarkScheme scheme;
  private final int total;
  private final int mirroredCopies;
  private final SortedSet<String> unnamed;
  private final SortedSet<String> elsewhere;

  PtsSplitReader(PtsTree tree, String dataset, FieldSplit split, LandmarkScheme scheme) {
    this.tree = tree;
    this.dataset = dataset;
    this.split = split;
    this.scheme = scheme;
    Count count = new Count();
    tree.visit(split, count);
    this.total = count.annotations;
    this.mirroredCopies = count.mirroredCopies;
    this.unnamed = count.unnamed;
    this.elsewhere = count.elsewhere;
  }

  @Override
  public int total() {
    return total;
  }

  @Override
  public int expectedFaces() {
    return split.completeCount();
  }

  @Override
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (mirroredCopies > 0) {
      remarks.add(
          mirroredCopies
              + " mirrored copies (NAME"
              + PtsTree.MIRRORED
              + " beside NAME) are left out: they are not 300W's");
    }
    if (!unnamed.isEmpty()) {
      remarks.add("folders that cannot be named as splits: " + DatasetFaults.shown(unnamed));
    }
    if (!elsewhere.isEmpty()) {
      remarks.add(
          "left out, for they lie outside of the dataset: " + DatasetFaults.shown(elsewhere));
    }
    return remarks;
  }

  @Override
  public void read(FaceSink sink) {
    tree.visit(
        split,
        new PtsTree.Visitor() {
          @Override
          public void face(PtsTree.FaceFiles files) {
            PtsFace face;
            try {
              face = read(files);
            } catch (FaultException e) {
              DatasetFaults.report(e, sink);
              return;
            }
            sink.face(face);
          }

          @Override
          public void fault(FaultException fault) {
            sink.fault(fault);
          }

          @Override
          public void mirroredCopy() {
            // Counted already.
          }

          @Override
          public void elsewhere(String folder) {
            // So is this.
          }
        });
  }

  private PtsFace read(PtsTree.FaceFiles files) {
    String id = files.id();
    String annotation = dataset + "/" + id + PtsTree.POINTS;
    if (id.chars().anyMatch(Character::isISOControl)) {
      throw DatasetFaults.annotation(annotation, id, "a name without control characters");
    }
    tree.bounds().require(annotation, files.points(), files.picture());
    Landmarks landmarks = PtsFile.read(files.points(), annotation, scheme.count());
    return new PtsFace(id, pictureId(id), annotation, landmarks, files.picture());
  }

  static String pictureId(String id) {
    String original =
        id.endsWith(PtsTree.MIRRORED)
            ? id.substring(0, id.length() - PtsTree.MIRRORED.length())
            : id;
    String collection =
        original.substring(0, Math.max(0, original.indexOf('/'))).toLowerCase(Locale.ROOT);
    if (collection.equals("ibug")) {
      return PICTURE_AND_FACE_NUMBER.matcher(original).replaceFirst("$1");
    }
    return SEVERAL_FACES_A_PICTURE.contains(collection)
        ? FACE_NUMBER.matcher(original).replaceFirst("")
        : original;
  }

  private static final class Count implements PtsTree.Visitor {
    private int annotations;
    private int mirroredCopies;
    private final SortedSet<String> unnamed = new TreeSet<>();
    private final SortedSet<String> elsewhere = new TreeSet<>();

    @Override
    public void face(PtsTree.FaceFiles face) {
      annotations++;
      int slash = face.id().lastIndexOf('/');
      if (slash >= 0 && !FieldSplit.canBeNamed(face.id().substring(0, slash))) {
        unnamed.add(face.id().substring(0, slash));
      }
    }

    @Override
    public void fault(FaultException fault) {
      annotations++;
    }

    @Override
    public void mirroredCopy() {
      mirroredCopies++;
    }

    @Override
    public void elsewhere(String folder) {
      elsewhere.add(folder);
    }
  }
}
