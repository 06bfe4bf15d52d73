package dev.facealign.image;

import dev.facealign.fault.FaultException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG of unknown origin to upright RGB. What a picture would cost is read from its
 * headers, and one that asks for too much is refused before a pixel of it is decoded. Thread-safe.
 *
 * <p>Every refusal is an INVALID_ARGUMENT with one of the reasons IMAGE_EMPTY, IMAGE_FORMAT (no
 * JPEG or PNG), IMAGE_UNREADABLE (cut off or damaged) and IMAGE_TOO_LARGE.
 */
public final class ImageDecoder {
  /** Photographs have up to about ten; files of thousands exist only to keep decoders busy. */
  private static final int MOST_SCANS = 64;

  /**
   * A scan goes over all of the picture, however few bytes it has: 300 KB can keep a decoder busy
   * for a quarter of a minute. The largest picture may have as many as the usual progressive one.
   */
  private static final int MOST_SCANS_OF_LARGEST = 10;

  /** The shortest code of a block of 64 pixels has a bit; four times that, for odd samplings. */
  private static final int MOST_JPEG_PIXELS_A_BYTE = 4 * 8 * 64;

  /** What deflate reaches at most. */
  private static final int MOST_INFLATED_BYTES_A_BYTE = 1032;

  private static final int CMYK_COMPONENTS = 4;

  private final ImageLimits limits;

  public ImageDecoder(ImageLimits limits) {
    this.limits = limits;
  }

  /**
   * Decodes a picture; an EXIF orientation is applied.
   *
   * @param encoded JPEG or PNG: grey, palette, alpha, 16 bits, CMYK and progressive are all right
   * @throws FaultException as the class says
   */
  public RgbImage decode(byte[] encoded) {
    if (encoded.length == 0) {
      throw FaultException.invalid("IMAGE_EMPTY", "image", "0 bytes", "JPEG or PNG");
    }
    if (encoded.length > limits.maxBytes()) {
      throw tooLarge(encoded.length + " bytes", "<= " + limits.maxBytes() + " bytes");
    }
    return switch (ImageFormat.of(encoded)) {
      case JPEG -> decodeJpeg(encoded);
      case PNG -> decodePng(encoded);
    };
  }

  private RgbImage decodeJpeg(byte[] encoded) {
    JpegStructure structure = JpegStructure.parse(encoded);
    requireSize(structure.width(), structure.height(), 1);
    if (structure.scans() > MOST_SCANS) {
      throw tooLarge(structure.scans() + " scans", "<= " + MOST_SCANS + " scans");
    }
    long pixelsOfScans = (long) structure.width() * structure.height() * structure.scans();
    if (pixelsOfScans > MOST_SCANS_OF_LARGEST * limits.maxPixels()) {
      throw tooLarge(
          "%d scans of %d x %d pixels"
              .formatted(structure.scans(), structure.width(), structure.height()),
          "<= " + MOST_SCANS_OF_LARGEST * limits.maxPixels() + " pixels in all scans together");
    }
    requireContent(
        structure.width(),
        structure.height(),
        (long) structure.width() * structure.height() / MOST_JPEG_PIXELS_A_BYTE,
        encoded.length);
    boolean cmyk = structure.components() == CMYK_COMPONENTS;
    RgbImage stored =
        read(
            "jpeg",
            encoded,
            reader ->
                cmyk
                    ? fromCmyk(reader.readRaster(0, null), structure.adobeTransform())
                    : readColours(reader, structure.width(), structure.height()));
    return structure.orientation().apply(stored);
  }

  /**
   * By itself the reader makes a picture of blue, green, red, which takes as long as decoding: it
   * swaps the bytes one by one. Into one of red, green, blue it copies whole rows.
   */
  private static RgbImage readColours(ImageReader reader, int width, int height)
      throws IOException {
    if (reader.getImageTypes(0).next().getBufferedImageType() != BufferedImage.TYPE_3BYTE_BGR) {
      return RgbImage.of(reader.read(0));
    }
    byte[] rgb = new byte[3 * width * height];
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    ImageReadParam into = reader.getDefaultReadParam();
    into.setDestination(
        new BufferedImage(
            colours,
            Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length),
                width,
                height,
                3 * width,
                3,
                new int[] {0, 1, 2},
                null),
            false,
            null));
    BufferedImage unused = reader.read(0, into);
    return RgbImage.of(width, height, rgb);
  }

  private RgbImage decodePng(byte[] encoded) {
    PngStructure structure = PngStructure.parse(encoded);
    requireSize(structure.width(), structure.height(), Math.max(1, structure.bitsPerPixel() / 32));
    long bytesARow = ((long) structure.width() * structure.bitsPerPixel() + 7) / 8;
    requireContent(
        structure.width(),
        structure.height(),
        bytesARow * structure.height() / MOST_INFLATED_BYTES_A_BYTE,
        encoded.length);
    RgbImage stored =
        read("png", structure.essence().array(), reader -> RgbImage.of(reader.read(0)));
    return structure.orientation().apply(stored);
  }

  /** Deep pixels count double: 16 bits of four channels take twice the memory. */
  private void requireSize(int width, int height, int depth) {
    if (width > limits.maxSidePx() || height > limits.maxSidePx()) {
      throw tooLarge(
          width + " x " + height + " pixels", "<= " + limits.maxSidePx() + " pixels a side");
    }
    if ((long) width * height * depth > limits.maxPixels()) {
      throw tooLarge(
          width + " x " + height + " pixels" + (depth > 1 ? " of 64 bits" : ""),
          "<= " + limits.maxPixels() / depth + " pixels in all");
    }
  }

  /**
   * A picture that cannot be whole is refused before memory is taken for all that it says it is.
   */
  private static void requireContent(int width, int height, long least, int actual) {
    if (actual < least) {
      throw FaultException.invalid(
          "IMAGE_UNREADABLE",
          "image",
          "%d x %d pixels in %d bytes".formatted(width, height, actual),
          "a whole picture; one of that size has at least " + least + " bytes");
    }
  }

  private interface Reading {
    RgbImage from(ImageReader reader) throws IOException;
  }

  private static RgbImage read(String format, byte[] encoded, Reading reading) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      reader.setInput(in, true, true);
      return reading.from(reader);
    } catch (IOException | RuntimeException e) {
      // The JDK's readers meet damaged data with index, argument and null pointer exceptions, too.
      throw FaultException.invalid(
          "IMAGE_UNREADABLE", "image", format + " (" + e.getMessage() + ")", "a whole picture");
    } finally {
      reader.dispose();
    }
  }

  /** Adobe stores CMYK inverted, so that 255 is no ink, and may store it as YCbCr and K (YCCK). */
  private static RgbImage fromCmyk(Raster raster, int adobeTransform) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[3 * width * height];
    int[] row = new int[CMYK_COMPONENTS * width];
    boolean inverted = adobeTransform >= 0;
    boolean ycck = adobeTransform == 2;
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += CMYK_COMPONENTS) {
        double a = row[i];
        double b = row[i + 1];
        double c = row[i + 2];
        if (ycck) {
          double luma = a;
          double cb = b - 128;
          double cr = c - 128;
          a = luma + 1.402 * cr;
          b = luma - 0.344136 * cb - 0.714136 * cr;
          c = luma + 1.772 * cb;
        }
        double light = inverted ? row[i + 3] : 255 - row[i + 3];
        rgb[at++] = lit(inverted ? a : 255 - a, light);
        rgb[at++] = lit(inverted ? b : 255 - b, light);
        rgb[at++] = lit(inverted ? c : 255 - c, light);
      }
    }
    return RgbImage.of(width, height, rgb);
  }

  private static byte lit(double colour, double light) {
    return (byte) Math.round(Math.max(0, Math.min(255, colour)) * light / 255);
  }

  private static FaultException tooLarge(String value, String expected) {
    return FaultException.invalid("IMAGE_TOO_LARGE", "image", value, expected);
  }
}
