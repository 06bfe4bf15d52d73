package dev.facealign.dataset.inspect;

import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.RgbImage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a picture turned out to be. */
sealed interface PictureLook {
  /** It is not there. */
  record Missing() implements PictureLook {}

  /** It cannot be decoded. */
  record Unreadable(String why) implements PictureLook {}

  /**
   * It can.
   *
   * @param pixels hash of its size and pixels
   */
  record Sound(int width, int height, FirstSeen.Key pixels) implements PictureLook {}

  /** Decodes a face's picture. */
  static PictureLook at(FaceSample face, ImageDecoder decoder) {
    try {
      if (!face.hasPicture()) {
        return new Missing();
      }
      RgbImage image = face.readPicture(decoder);
      ByteBuffer content = ByteBuffer.allocate(2 * Integer.BYTES + image.rgb().length);
      content.putInt(image.width()).putInt(image.height()).put(image.rgb()).flip();
      return new Sound(image.width(), image.height(), FirstSeen.Key.of(content));
    } catch (FaultException e) {
      return new Unreadable(reason(e));
    }
  }

  private static String reason(FaultException e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.reason() : message;
  }
}
