package dev.facealign.dataset;

import dev.facealign.landmark.LandmarkScheme;

/**
 * What was read of one split.
 *
 * @param name of the dataset
 * @param split "train", "test", ..., or a folder
 * @param format how the files are laid out
 * @param scheme of every face
 * @param faces read
 * @param expectedFaces faces the split has when it is complete; 0 where the number is not known
 * @param sha256 {@link Fingerprint} of the faces
 */
public record DatasetSummary(
    String name,
    String split,
    DatasetFormat format,
    LandmarkScheme scheme,
    int faces,
    int expectedFaces,
    String sha256) {
  /**
   * Whether faces are missing that the complete split has; then published numbers do not compare.
   */
  public boolean partial() {
    return faces < expectedFaces;
  }
}
