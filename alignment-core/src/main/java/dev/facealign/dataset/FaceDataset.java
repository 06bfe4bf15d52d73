package dev.facealign.dataset;

import dev.facealign.landmark.LandmarkScheme;
import java.util.List;

/**
 * The annotated faces of one split.
 *
 * @param name of the dataset
 * @param split "train", "test", ..., or a folder
 * @param format how the files are laid out
 * @param scheme of every face
 * @param faces in reading order
 * @param expectedFaces faces the split has when it is complete; 0 where the number is not known
 */
public record FaceDataset(
    String name,
    String split,
    DatasetFormat format,
    LandmarkScheme scheme,
    List<FaceSample> faces,
    int expectedFaces) {
  public FaceDataset {
    faces = List.copyOf(faces);
  }

  /** Tells whether two runs saw the same faces: {@link Fingerprint}. */
  public String fingerprint() {
    return fingerprint(faces);
  }

  /** The same over some of a dataset's faces. */
  public static String fingerprint(List<FaceSample> faces) {
    return Fingerprint.of(faces);
  }

  /** What was read. Computes the fingerprint. */
  public DatasetSummary summary() {
    return new DatasetSummary(
        name, split, format, scheme, faces.size(), expectedFaces, fingerprint());
  }

  /**
   * Whether faces are missing that the complete split has; then published numbers do not compare.
   */
  public boolean partial() {
    return faces.size() < expectedFaces;
  }
}
