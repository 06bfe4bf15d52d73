package dev.facealign.image;

import dev.facealign.fault.FaultException;

/**
 * What a picture may ask of a decoder. All three are checked before any pixel is decoded.
 *
 * @param maxBytes encoded size, above 0
 * @param maxSidePx width and height, pixels, above 0
 * @param maxPixels width times height, above 0
 */
public record ImageLimits(long maxBytes, int maxSidePx, long maxPixels) {
  /** 16 MiB, 16384 pixels a side, 50 megapixels. */
  public static final ImageLimits DEFAULT = new ImageLimits(16L << 20, 16_384, 50_000_000);

  public ImageLimits {
    requirePositive("max-bytes", maxBytes);
    requirePositive("max-side-px", maxSidePx);
    requirePositive("max-pixels", maxPixels);
  }

  private static void requirePositive(String field, long value) {
    if (value <= 0) {
      throw FaultException.invalid(field, value, "> 0");
    }
  }
}
