package dev.facealign.inference.picture;

import com.google.protobuf.ByteString;

/** A picture as its sender has it. */
public sealed interface Picture {

  /** Memory that it takes, bytes. */
  long sizeBytes();

  /** An encoded picture, JPEG or PNG. */
  record Encoded(ByteString bytes) implements Picture {
    @Override
    public long sizeBytes() {
      return bytes.size();
    }
  }

  /**
   * Pixels without an encoding, rows from the top, without padding. Not checked yet.
   *
   * @param width pixels
   * @param height pixels
   */
  record Raw(int width, int height, PixelOrder order, ByteString pixels) implements Picture {
    @Override
    public long sizeBytes() {
      return pixels.size();
    }
  }

  /** What the bytes of a pixel are. */
  enum PixelOrder {
    /** Red, green, blue. */
    RGB(3),
    /** Blue, green, red. */
    BGR(3),
    /** One byte of grey. */
    GREY(1);

    private final int bytesPerPixel;

    PixelOrder(int bytesPerPixel) {
      this.bytesPerPixel = bytesPerPixel;
    }

    /** Bytes of a pixel. */
    public int bytesPerPixel() {
      return bytesPerPixel;
    }
  }
}
