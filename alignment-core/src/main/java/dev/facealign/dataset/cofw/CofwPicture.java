package dev.facealign.dataset.cofw;

import dev.facealign.fault.FaultException;
import dev.facealign.image.RgbImage;
import java.nio.file.Path;

/**
 * Where a picture is. It is read each time it is asked for, from a file opened for it alone: that
 * costs some 0.03 ms, and nothing is left open between pictures. Thread-safe.
 *
 * @param file that holds it
 * @param name for faults
 * @param address of its header
 */
record CofwPicture(Path file, String name, long address) {
  static final String EXPECTED = "a picture: height x width x 3 or height x width uint8";

  private static final int LARGEST_SIDE_PX = 16_384;

  /** A picture of so many takes 72 MB decoded; those of COFW take some 0.5 MB. */
  private static final int MOST_PIXELS = 24_000_000;

  private static final int CHANNELS = 3;

  /**
   * The pixels.
   *
   * @throws FaultException INVALID_ARGUMENT (IMAGE_UNREADABLE), NOT_FOUND without the file,
   *     DATA_LOSS (PICTURE_UNREADABLE); all name file and row
   */
  RgbImage read() {
    Place place = Place.picture(name);
    try (MatFile opened = MatFile.open(file, place)) {
      MatArray picture = opened.array(address, place);
      requirePicture(picture);
      return isGrey(picture) ? readGrey(picture) : readColour(picture);
    }
  }

  /** Refuses, by its header, what is no picture. */
  static void requirePicture(MatArray array) {
    int[] sizes = array.sizes();
    boolean shaped = isGrey(array) || (sizes.length == 3 && sizes[0] == CHANNELS);
    if (!shaped || !array.type().is(ElementType.UINT8)) {
      throw array.place().fault(array, EXPECTED);
    }
    int width = width(array);
    int height = height(array);
    if (width < 1 || height < 1 || width > LARGEST_SIDE_PX || height > LARGEST_SIDE_PX) {
      throw array.place().fault(array, "1 to " + LARGEST_SIDE_PX + " pixels a side");
    }
    if ((long) width * height > MOST_PIXELS) {
      throw array.place().fault(array, "<= " + MOST_PIXELS + " pixels in all");
    }
  }

  /** Transposed and by channels in the file, by rows here. */
  private static RgbImage readColour(MatArray picture) {
    int width = width(picture);
    int height = height(picture);
    byte[] rgb =
        picture.scatter(CHANNELS * width * height, new int[] {1, CHANNELS, CHANNELS * width});
    return RgbImage.of(width, height, rgb);
  }

  private static RgbImage readGrey(MatArray picture) {
    int width = width(picture);
    int height = height(picture);
    byte[] rgb = picture.scatter(CHANNELS * width * height, new int[] {CHANNELS, CHANNELS * width});
    for (int i = 0; i < rgb.length; i += CHANNELS) {
      rgb[i + 1] = rgb[i];
      rgb[i + 2] = rgb[i];
    }
    return RgbImage.of(width, height, rgb);
  }

  private static boolean isGrey(MatArray picture) {
    return picture.sizes().length == 2;
  }

  private static int width(MatArray picture) {
    return picture.sizes()[picture.sizes().length - 2];
  }

  private static int height(MatArray picture) {
    return picture.sizes()[picture.sizes().length - 1];
  }
}
