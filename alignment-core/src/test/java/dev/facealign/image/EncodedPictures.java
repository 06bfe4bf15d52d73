package dev.facealign.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes encoded pictures, good ones and hostile ones. */
final class EncodedPictures {
  private EncodedPictures() {}

  /** Four coloured quarters: red, green (top), blue, yellow (bottom). */
  static BufferedImage quarters(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D g = image.createGraphics();
    Color[] colours = {Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW};
    for (int i = 0; i < 4; i++) {
      g.setColor(colours[i]);
      g.fillRect(i % 2 * width / 2, i / 2 * height / 2, width / 2, height / 2);
    }
    g.dispose();
    return image;
  }

  static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException("no writer for " + format + " of " + image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] progressiveJpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** A JPEG with an EXIF block that says how it is turned. */
  static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(26);
    tiff.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    tiff.putShort((short) 1);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0).putInt(0);
    return withExif(jpeg, tiff.array());
  }

  static byte[] withExif(byte[] jpeg, byte[] tiff) {
    byte[] preamble = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 4 + preamble.length + tiff.length);
    file.put(jpeg, 0, 2);
    file.putShort((short) 0xffe1).putShort((short) (2 + preamble.length + tiff.length));
    file.put(preamble).put(tiff);
    file.put(jpeg, 2, jpeg.length - 2);
    return file.array();
  }

  /** A JPEG that says it has these sides. */
  static byte[] withSides(byte[] jpeg, int width, int height) {
    byte[] changed = jpeg.clone();
    for (int i = 2; i < changed.length - 8; i++) {
      if ((changed[i] & 0xff) == 0xff && (changed[i + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(changed).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
        return changed;
      }
    }
    throw new IllegalArgumentException("no baseline frame header");
  }

  /** A JPEG whose last scan comes many times. */
  static byte[] withScans(byte[] jpeg, int scans) {
    int sos = jpeg.length - 2;
    while ((jpeg[sos] & 0xff) != 0xff || (jpeg[sos + 1] & 0xff) != 0xda) {
      sos--;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(jpeg, 0, sos);
    for (int i = 0; i < scans; i++) {
      bytes.write(jpeg, sos, jpeg.length - 2 - sos);
    }
    bytes.write(jpeg, jpeg.length - 2, 2);
    return bytes.toByteArray();
  }

  /**
   * A grey PNG of these sides with these chunks before its pixels; the pixels may be fewer than it
   * says.
   */
  static byte[] png(int width, int height, int bits, int colourType, byte[] rows, Chunk... before) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
      ByteBuffer header = ByteBuffer.allocate(13);
      header.putInt(width).putInt(height).put((byte) bits).put((byte) colourType);
      write(out, new Chunk("IHDR", header.array()));
      for (Chunk chunk : before) {
        write(out, chunk);
      }
      write(out, new Chunk("IDAT", deflate(rows)));
      write(out, new Chunk("IEND", new byte[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  // Bytes that a test makes and hands over; nobody compares chunks.
  @SuppressWarnings("ArrayRecordComponent")
  record Chunk(String type, byte[] data) {}

  static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater(9);
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    while (!deflater.finished()) {
      bytes.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Chunk chunk) throws IOException {
    byte[] type = chunk.type().getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(chunk.data());
    out.writeInt(chunk.data().length);
    out.write(type);
    out.write(chunk.data());
    out.writeInt((int) crc.getValue());
  }

  /** A CMYK JPEG of one colour, inverted as Adobe stores it. */
  static byte[] cmykJpeg(int c, int m, int y, int k) {
    WritableRaster raster =
        java.awt.image.Raster.createInterleavedRaster(
            java.awt.image.DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    int[] inks = {255 - c, 255 - m, 255 - y, 255 - k};
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, inks);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, List.of(), null), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** A JPEG with Adobe's marker, which says the colour transform. */
  static byte[] withAdobeMarker(byte[] jpeg, int transform) {
    byte[] data = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 4 + data.length);
    file.put(jpeg, 0, 2).putShort((short) 0xffee).putShort((short) (2 + data.length)).put(data);
    file.put(jpeg, 2, jpeg.length - 2);
    return file.array();
  }
}
