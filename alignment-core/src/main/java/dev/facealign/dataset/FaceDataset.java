package dev.facealign.dataset;

import dev.facealign.landmark.LandmarkScheme;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The annotated faces of one split.
 *
 * @param name of the dataset
 * @param split "train", "test", ..., or a folder
 * @param scheme of every face
 * @param faces in reading order: by identifier
 * @param expectedFaces faces the split has when it is complete; 0 where the number is not known
 */
public record FaceDataset(
    String name, String split, LandmarkScheme scheme, List<FaceSample> faces, int expectedFaces) {
  public FaceDataset {
    faces = List.copyOf(faces);
  }

  /**
   * SHA-256 (hexadecimal) over the faces' identifiers and points in reading order: each identifier
   * as UTF-8, a zero byte, and its 2M coordinates as big-endian float64.
   */
  public String fingerprint() {
    return fingerprint(faces);
  }

  /** The same over some of a dataset's faces. */
  public static String fingerprint(List<FaceSample> faces) {
    MessageDigest digest = sha256();
    for (FaceSample face : faces) {
      digest.update(face.id().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      double[] xy = face.landmarks().toArray();
      ByteBuffer numbers = ByteBuffer.allocate(Double.BYTES * xy.length);
      numbers.asDoubleBuffer().put(xy);
      digest.update(numbers);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Whether faces are missing that the complete split has; then published numbers do not compare.
   */
  public boolean partial() {
    return faces.size() < expectedFaces;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
