package dev.facealign.image;

import dev.facealign.fault.FaultException;

/**
 * What a JPEG's markers say, read without decoding anything.
 *
 * @param width pixels, above 0
 * @param height pixels, above 0
 * @param components 1 grey, 3 colour, 4 CMYK or YCCK
 * @param scans passes over the picture; each costs a decoder as much as the whole picture
 * @param adobeTransform colour transform of Adobe's marker: 0 none, 1 YCbCr, 2 YCCK; -1 without the
 *     marker
 * @param orientation from the EXIF block
 */
record JpegStructure(
    int width, int height, int components, int scans, int adobeTransform, Orientation orientation) {

  private static final int TEM = 0x01;
  private static final int SOF0 = 0xc0;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int SOF15 = 0xcf;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;

  /**
   * Reads the markers.
   *
   * @throws FaultException reason IMAGE_UNREADABLE where they make no whole picture
   */
  static JpegStructure parse(byte[] jpeg) {
    return new Parser(jpeg).parse();
  }

  private static final class Parser {
    private final byte[] jpeg;
    private int at = 2;
    private int width;
    private int height;
    private int components;
    private int scans;
    private int adobeTransform = -1;
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean exifSeen;

    Parser(byte[] jpeg) {
      this.jpeg = jpeg;
    }

    JpegStructure parse() {
      for (int marker = nextMarker(); marker != EOI; marker = nextMarker()) {
        if (marker == TEM || marker == SOI || (marker >= RST0 && marker <= RST7)) {
          continue;
        }
        int start = at + 2;
        int length = unsignedShort(at) - 2;
        if (length < 0) {
          throw unreadable("segment of " + length + " bytes at " + at);
        }
        at = start + length;
        require(at);
        segment(marker, start, length);
      }
      if (width == 0 || height == 0 || scans == 0) {
        throw unreadable(width + " x " + height + " pixels, " + scans + " scans");
      }
      return new JpegStructure(width, height, components, scans, adobeTransform, orientation);
    }

    private void segment(int marker, int start, int length) {
      if (marker == SOS) {
        scans++;
        skipEntropyCodedData();
      } else if (marker == APP1 && !exifSeen && isExif(start, length)) {
        exifSeen = true;
        orientation = ExifOrientation.read(jpeg, start + ExifOrientation.PREAMBLE_LENGTH);
      } else if (marker == APP14 && length >= 12 && jpeg[start] == 'A' && jpeg[start + 1] == 'd') {
        adobeTransform = jpeg[start + 11] & 0xff;
      } else if (isFrame(marker) && length >= 6) {
        if (width != 0) {
          throw unreadable("a second frame header");
        }
        height = unsignedShort(start + 1);
        width = unsignedShort(start + 3);
        components = jpeg[start + 5] & 0xff;
      }
    }

    private static boolean isFrame(int marker) {
      return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    private boolean isExif(int start, int length) {
      return length > ExifOrientation.PREAMBLE_LENGTH
          && jpeg[start] == 'E'
          && jpeg[start + 1] == 'x'
          && jpeg[start + 2] == 'i'
          && jpeg[start + 3] == 'f'
          && jpeg[start + 4] == 0;
    }

    /**
     * The next marker's second byte; what lies before it is padding or garbage, which decoders skip
     * too.
     */
    private int nextMarker() {
      while (true) {
        require(at + 2);
        if ((jpeg[at] & 0xff) == 0xff) {
          int marker = jpeg[at + 1] & 0xff;
          if (marker != 0 && marker != 0xff) {
            at += 2;
            return marker;
          }
        }
        at++;
      }
    }

    private void skipEntropyCodedData() {
      while (true) {
        require(at + 2);
        if ((jpeg[at] & 0xff) == 0xff) {
          int next = jpeg[at + 1] & 0xff;
          if (next != 0 && next != 0xff && (next < RST0 || next > RST7)) {
            return;
          }
        }
        at++;
      }
    }

    private int unsignedShort(int index) {
      require(index + 2);
      return (jpeg[index] & 0xff) << 8 | (jpeg[index + 1] & 0xff);
    }

    private void require(int end) {
      if (end > jpeg.length) {
        throw unreadable("cut off after " + jpeg.length + " bytes");
      }
    }

    private static FaultException unreadable(String what) {
      return FaultException.invalid("IMAGE_UNREADABLE", "image", "JPEG " + what, "a whole JPEG");
    }
  }
}
