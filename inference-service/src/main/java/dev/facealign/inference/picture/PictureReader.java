package dev.facealign.inference.picture;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import jakarta.inject.Singleton;

/** Makes upright RGB pictures of what callers send. Thread-safe. */
@Singleton
public final class PictureReader {
  private final ImageLimits limits;
  private final ImageDecoder decoder;

  public PictureReader(PictureSettings settings) {
    limits = settings.limits();
    decoder = new ImageDecoder(limits);
  }

  /**
   * Reads a picture.
   *
   * @throws FaultException INVALID_ARGUMENT with the reason IMAGE_EMPTY, IMAGE_FORMAT,
   *     IMAGE_UNREADABLE or IMAGE_TOO_LARGE
   */
  public RgbImage read(Picture picture) {
    if (picture instanceof Picture.Raw raw) {
      return fromRaw(raw);
    }
    Picture.Encoded encoded = (Picture.Encoded) picture;
    requireBytes("image", encoded.bytes());
    return decoder.decode(encoded.bytes().toByteArray());
  }

  private RgbImage fromRaw(Picture.Raw raw) {
    requireSide("raw_image.width", raw.width());
    requireSide("raw_image.height", raw.height());
    long pixels = (long) raw.width() * raw.height();
    if (pixels > limits.maxPixels()) {
      throw FaultException.invalid(
          "IMAGE_TOO_LARGE",
          "raw_image",
          raw.width() + " x " + raw.height(),
          "<= " + limits.maxPixels() + " pixels");
    }
    ByteString bytes = raw.pixels();
    long expected = pixels * raw.order().bytesPerPixel();
    if (bytes.size() != expected) {
      throw FaultException.invalid(
          "IMAGE_UNREADABLE",
          "raw_image.pixels",
          bytes.size() + " bytes",
          "%d x %d x %d = %d bytes"
              .formatted(raw.width(), raw.height(), raw.order().bytesPerPixel(), expected));
    }
    return RgbImage.of(raw.width(), raw.height(), toRgb(raw, (int) pixels));
  }

  private static byte[] toRgb(Picture.Raw raw, int pixels) {
    if (raw.order() == Picture.PixelOrder.RGB) {
      return raw.pixels().toByteArray();
    }
    if (raw.order() == Picture.PixelOrder.BGR) {
      byte[] rgb = raw.pixels().toByteArray();
      for (int i = 0; i < rgb.length; i += 3) {
        byte blue = rgb[i];
        rgb[i] = rgb[i + 2];
        rgb[i + 2] = blue;
      }
      return rgb;
    }
    byte[] rgb = new byte[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      byte grey = raw.pixels().byteAt(i);
      rgb[3 * i] = grey;
      rgb[3 * i + 1] = grey;
      rgb[3 * i + 2] = grey;
    }
    return rgb;
  }

  private void requireBytes(String field, ByteString bytes) {
    // Before the bytes are copied out of the message.
    if (bytes.size() > limits.maxBytes()) {
      throw FaultException.invalid(
          "IMAGE_TOO_LARGE", field, bytes.size() + " bytes", "<= " + limits.maxBytes() + " bytes");
    }
  }

  private void requireSide(String field, int side) {
    if (side < 1) {
      throw FaultException.invalid("IMAGE_UNREADABLE", field, side, "1 to " + limits.maxSidePx());
    }
    if (side > limits.maxSidePx()) {
      throw FaultException.invalid("IMAGE_TOO_LARGE", field, side, "1 to " + limits.maxSidePx());
    }
  }
}
