package dev.facealign.dataset;

import dev.facealign.geometry.Box;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * Tells whether two runs saw the same faces: SHA-256 over the faces added, in their order.
 *
 * <p>A face adds its identifier as UTF-8, a zero byte, and its 2M coordinates as big-endian
 * float64; then, where it has a box, a byte 1 and x, y, width and height as big-endian float64;
 * then, where it has occlusion flags, a byte 2 and a byte for each of the M points, 1 where it is
 * hidden. Pictures do not count.
 */
public final class Fingerprint {
  private static final byte BOX = 1;
  private static final byte OCCLUSION = 2;

  private final MessageDigest digest = newDigest();
  private int faces;

  /** The fingerprint of these faces. */
  public static String of(Iterable<? extends FaceSample> faces) {
    Fingerprint fingerprint = new Fingerprint();
    faces.forEach(fingerprint::add);
    return fingerprint.sha256();
  }

  /** Adds the next face. */
  public void add(FaceSample face) {
    faces++;
    digest.update(face.id().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    update(face.landmarks().toArray());
    face.box().ifPresent(this::update);
    face.occluded().ifPresent(hidden -> update(hidden, face.landmarks().count()));
  }

  /** Faces added so far. */
  public int faces() {
    return faces;
  }

  /** The fingerprint of the faces added so far, hexadecimal. */
  public String sha256() {
    try {
      MessageDigest soFar = (MessageDigest) digest.clone();
      return HexFormat.of().formatHex(soFar.digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private void update(Box box) {
    digest.update(BOX);
    update(new double[] {box.x(), box.y(), box.width(), box.height()});
  }

  private void update(BitSet hidden, int points) {
    byte[] flags = new byte[points];
    for (int m = 0; m < points; m++) {
      flags[m] = (byte) (hidden.get(m) ? 1 : 0);
    }
    digest.update(OCCLUSION);
    digest.update(flags);
  }

  private void update(double[] values) {
    ByteBuffer numbers = ByteBuffer.allocate(Double.BYTES * values.length);
    numbers.asDoubleBuffer().put(values);
    digest.update(numbers);
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
