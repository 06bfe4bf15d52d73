package dev.facealign.image;

import dev.facealign.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodings, told apart by their first bytes. */
enum ImageFormat {
  JPEG,
  PNG;

  private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /**
   * The encoding of a picture.
   *
   * @throws FaultException reason IMAGE_FORMAT, naming the encoding where it is a known one
   */
  static ImageFormat of(byte[] encoded) {
    if (startsWith(encoded, 0, JPEG_MAGIC)) {
      return JPEG;
    }
    if (startsWith(encoded, 0, PNG_MAGIC)) {
      return PNG;
    }
    throw FaultException.invalid("IMAGE_FORMAT", "image", describe(encoded), "JPEG or PNG");
  }

  private static String describe(byte[] encoded) {
    if (startsWith(encoded, 0, "GIF8")) {
      return "GIF";
    }
    if (startsWith(encoded, 0, "BM")) {
      return "BMP";
    }
    if (startsWith(encoded, 0, "RIFF") && startsWith(encoded, 8, "WEBP")) {
      return "WebP";
    }
    if (startsWith(encoded, 0, "II*\0") || startsWith(encoded, 0, "MM\0*")) {
      return "TIFF";
    }
    if (startsWith(encoded, 4, "ftyp")) {
      return "HEIF, AVIF or MP4";
    }
    if (startsWith(encoded, 0, "%PDF")) {
      return "PDF";
    }
    StringBuilder hex = new StringBuilder("bytes that begin with");
    for (int i = 0; i < Math.min(4, encoded.length); i++) {
      hex.append(String.format(" %02x", encoded[i] & 0xff));
    }
    return hex.toString();
  }

  private static boolean startsWith(byte[] encoded, int at, String magic) {
    return startsWith(encoded, at, magic.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean startsWith(byte[] encoded, int at, byte[] magic) {
    return encoded.length >= at + magic.length
        && Arrays.equals(encoded, at, at + magic.length, magic, 0, magic.length);
  }
}
