package dev.facealign.image;

/** How a stored picture must be turned to stand upright: EXIF's tag 0x0112, values 1 to 8. */
enum Orientation {
  UPRIGHT(false),
  MIRRORED(false),
  UPSIDE_DOWN(false),
  UPSIDE_DOWN_MIRRORED(false),
  TRANSPOSED(true),
  TURN_RIGHT(true),
  TRANSVERSED(true),
  TURN_LEFT(true);

  private final boolean swapsSides;

  Orientation(boolean swapsSides) {
    this.swapsSides = swapsSides;
  }

  /** The orientation of a tag's value; upright for any value that has no meaning. */
  static Orientation ofTag(int value) {
    return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
  }

  /** The picture as viewers show it. */
  RgbImage apply(RgbImage stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int width = swapsSides ? stored.height() : stored.width();
    int height = swapsSides ? stored.width() : stored.height();
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int source = 3 * sourceIndex(x, y, stored.width(), stored.height());
        to[at++] = from[source];
        to[at++] = from[source + 1];
        to[at++] = from[source + 2];
      }
    }
    return RgbImage.of(width, height, to);
  }

  /** Index of the stored pixel that is shown at (x, y). */
  private int sourceIndex(int x, int y, int storedWidth, int storedHeight) {
    int right = storedWidth - 1;
    int bottom = storedHeight - 1;
    return switch (this) {
      case UPRIGHT -> y * storedWidth + x;
      case MIRRORED -> y * storedWidth + right - x;
      case UPSIDE_DOWN -> (bottom - y) * storedWidth + right - x;
      case UPSIDE_DOWN_MIRRORED -> (bottom - y) * storedWidth + x;
      case TRANSPOSED -> x * storedWidth + y;
      case TURN_RIGHT -> (bottom - x) * storedWidth + y;
      case TRANSVERSED -> (bottom - x) * storedWidth + right - y;
      case TURN_LEFT -> x * storedWidth + right - y;
    };
  }
}
