package dev.facealign.protocol;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.Normaliser;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Faces that published figures are of (METHOD 6), by the names the field gives them. All of them
 * divide errors by the distance of the outer eye corners and crop around the box of the true
 * points.
 *
 * @param id "300w-common"
 * @param description in a sentence, without a full stop
 * @param dataset its name unless somebody says otherwise: "300w"
 * @param format how the dataset is laid out
 * @param split "common"
 * @param scheme of the landmarks: "68"
 * @param completeFaces faces when all are there
 * @param folders that the faces are in, lower case; empty for formats without folders
 */
public record Protocol(
    String id,
    String description,
    String dataset,
    DatasetFormat format,
    String split,
    String scheme,
    int completeFaces,
    Set<String> folders) {

  /** 300W's easy test faces. */
  public static final Protocol W300_COMMON =
      w300(
          "common",
          "300W Common: the test faces of HELEN (330) and LFPW (224), 68 points",
          554,
          Set.of("helen/testset", "lfpw/testset"));

  /** 300W's hard test faces. */
  public static final Protocol W300_CHALLENGING =
      w300("challenging", "300W Challenging: the faces of iBUG, 68 points", 135, Set.of("ibug"));

  /** Both. */
  public static final Protocol W300_FULL =
      w300(
          "full",
          "300W Full: Common and Challenging together, 68 points",
          689,
          Set.of("helen/testset", "lfpw/testset", "ibug"));

  /** COFW's own test faces. */
  public static final Protocol COFW_TEST =
      new Protocol(
          "cofw-test",
          "COFW: its test faces, 29 points, each visible or occluded",
          "cofw",
          DatasetFormat.COFW,
          "test",
          LandmarkScheme.COFW_29.id(),
          507,
          Set.of());

  /** All there are. */
  public static final List<Protocol> ALL =
      List.of(W300_COMMON, W300_CHALLENGING, W300_FULL, COFW_TEST);

  public Protocol {
    folders = Set.copyOf(folders);
  }

  private static Protocol w300(String split, String description, int faces, Set<String> folders) {
    return new Protocol(
        "300w-" + split,
        description,
        "300w",
        DatasetFormat.W300,
        split,
        LandmarkScheme.IBUG_68.id(),
        faces,
        folders);
  }

  /**
   * The protocol of a name.
   *
   * @throws FaultException NOT_FOUND (PROTOCOL_NOT_FOUND), naming those there are
   */
  public static Protocol byId(String id) {
    return ALL.stream()
        .filter(protocol -> protocol.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                FaultException.notFound(
                    "protocol", id, "one of " + ALL.stream().map(Protocol::id).toList()));
  }

  /**
   * The protocol that a dataset's faces are, all of them or some.
   *
   * <p>A dataset in 300W's layout has its number of expected faces from 300W's own folders. A file
   * of COFW's format with another number of faces than COFW's is another dataset: COFW is one file,
   * of which no part can be missing.
   */
  public static Optional<Protocol> of(DatasetSummary dataset) {
    return ALL.stream().filter(protocol -> protocol.is(dataset)).findFirst();
  }

  /**
   * Protocols that share a dataset's faces among them: those of Full, for its split and for 300W's
   * "test", which are the same faces; empty for others.
   */
  public static List<Protocol> partsOf(DatasetSummary dataset) {
    boolean full =
        dataset.format() == W300_FULL.format()
            && dataset.scheme().id().equals(W300_FULL.scheme())
            && dataset.expectedFaces() == W300_FULL.completeFaces();
    return full ? W300_FULL.parts() : List.of();
  }

  private boolean is(DatasetSummary dataset) {
    return dataset.format() == format
        && dataset.split().toLowerCase(Locale.ROOT).equals(split)
        && dataset.scheme().id().equals(scheme)
        && dataset.expectedFaces() == completeFaces
        && (format != DatasetFormat.COFW || dataset.faces() == completeFaces);
  }

  /**
   * Makes sure that a dataset's faces are this protocol's.
   *
   * @throws FaultException FAILED_PRECONDITION (PROTOCOL_MISMATCH), saying what they are
   */
  public void require(DatasetSummary dataset) {
    if (!is(dataset)) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "PROTOCOL_MISMATCH",
          "protocol %s: dataset %s has %d faces of %d points in %s's layout%s (expected: %s; other faces are measured by dataset and split)"
              .formatted(
                  id,
                  dataset.name(),
                  dataset.faces(),
                  dataset.scheme().count(),
                  dataset.format().word(),
                  format == DatasetFormat.W300 && dataset.expectedFaces() == 0
                      ? ", without 300W's folders"
                      : "",
                  expectation()));
    }
  }

  private String expectation() {
    return format == DatasetFormat.COFW
        ? "COFW's own file of " + completeFaces
        : "300W's folders " + folders.stream().sorted().toList() + ", or some of them";
  }

  /** What its published errors are divided by. */
  public Normaliser normaliser() {
    return Normaliser.INTER_OCULAR;
  }

  /** Protocols that share its faces among them; empty for most. */
  public List<Protocol> parts() {
    return equals(W300_FULL) ? List.of(W300_COMMON, W300_CHALLENGING) : List.of();
  }

  /**
   * Whether a folder's faces belong to it; letter case does not count.
   *
   * @param folder relative to the dataset: "lfpw/testset"
   */
  public boolean holds(String folder) {
    String path = folder.toLowerCase(Locale.ROOT) + "/";
    return folders.stream().anyMatch(own -> path.startsWith(own + "/"));
  }
}
