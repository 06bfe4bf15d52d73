package dev.facealign.image;

import dev.facealign.fault.FaultException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * What a PNG's chunks say, read without inflating anything.
 *
 * @param width pixels, above 0
 * @param height pixels, above 0
 * @param bitsPerPixel 1 to 64
 * @param orientation from the eXIf chunk
 * @param essence a PNG of the chunks that make the pixels and no others: text and profiles are
 *     compressed, and can inflate to anything
 */
record PngStructure(
    int width, int height, int bitsPerPixel, Orientation orientation, ByteBuffer essence) {

  private static final int SIGNATURE_LENGTH = 8;
  private static final int CHUNK_OVERHEAD = 12;
  private static final int HEADER_LENGTH = 13;
  private static final Set<String> ESSENTIAL = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

  /**
   * Reads the chunks.
   *
   * @throws FaultException reason IMAGE_UNREADABLE where they make no whole picture
   */
  static PngStructure parse(byte[] png) {
    ByteBuffer buffer = ByteBuffer.wrap(png);
    ByteArrayOutputStream essence = new ByteArrayOutputStream(png.length);
    essence.write(png, 0, SIGNATURE_LENGTH);
    int width = 0;
    int height = 0;
    int bitsPerPixel = 0;
    Orientation orientation = Orientation.UPRIGHT;
    int at = SIGNATURE_LENGTH;
    while (true) {
      if (png.length - at < CHUNK_OVERHEAD) {
        throw unreadable("cut off after " + png.length + " bytes");
      }
      int length = buffer.getInt(at);
      if (length < 0 || length > png.length - at - CHUNK_OVERHEAD) {
        throw unreadable("cut off after " + png.length + " bytes");
      }
      String type = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
      int data = at + 8;
      if (ESSENTIAL.contains(type)) {
        requireChecksum(png, at + 4, length + 4, buffer.getInt(data + length), type);
        essence.write(png, at, length + CHUNK_OVERHEAD);
      }
      if (type.equals("IHDR") && length == HEADER_LENGTH) {
        width = buffer.getInt(data);
        height = buffer.getInt(data + 4);
        bitsPerPixel = (png[data + 8] & 0xff) * channels(png[data + 9]);
      } else if (type.equals("eXIf")) {
        orientation =
            ExifOrientation.read(java.util.Arrays.copyOfRange(png, data, data + length), 0);
      }
      if (width <= 0 || height <= 0) {
        throw unreadable(width + " x " + height + " pixels");
      }
      if (type.equals("IEND")) {
        return new PngStructure(
            width, height, bitsPerPixel, orientation, ByteBuffer.wrap(essence.toByteArray()));
      }
      at += length + CHUNK_OVERHEAD;
    }
  }

  private static int channels(byte colourType) {
    return switch (colourType) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  private static void requireChecksum(byte[] png, int from, int length, int expected, String type) {
    CRC32 crc = new CRC32();
    crc.update(png, from, length);
    if ((int) crc.getValue() != expected) {
      throw unreadable("with a damaged " + type + " chunk");
    }
  }

  private static FaultException unreadable(String what) {
    return FaultException.invalid("IMAGE_UNREADABLE", "image", "PNG " + what, "a whole PNG");
  }
}
