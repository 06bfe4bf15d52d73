package dev.facealign.inference.picture;

import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageLimits;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * What a picture may ask for. Checked before a pixel is decoded.
 *
 * @param maxBytes encoded size, above 0; messages larger than {@code
 *     grpc.server.max-inbound-message-size} do not even come this far
 * @param maxSidePx width and height, pixels, 1 to 65535
 * @param maxPixels width times height, above 0
 * @param maxFaces boxes or crops of a request, and faces found in a picture, 1 to 10000
 */
@ConfigurationProperties("facealign.inference.pictures")
public record PictureSettings(
    @Bindable(defaultValue = "16777216") long maxBytes,
    @Bindable(defaultValue = "16384") int maxSidePx,
    @Bindable(defaultValue = "50000000") long maxPixels,
    @Bindable(defaultValue = "64") int maxFaces) {
  private static final String PREFIX = "facealign.inference.pictures.";

  public PictureSettings {
    require("max-bytes", maxBytes, maxBytes >= 1, "> 0");
    require("max-side-px", maxSidePx, maxSidePx >= 1 && maxSidePx <= 65_535, "1 to 65535");
    require("max-pixels", maxPixels, maxPixels >= 1, "> 0");
    require("max-faces", maxFaces, maxFaces >= 1 && maxFaces <= 10_000, "1 to 10000");
  }

  /** What the decoder holds pictures to. */
  public ImageLimits limits() {
    return new ImageLimits(maxBytes, maxSidePx, maxPixels);
  }

  private static void require(String name, long value, boolean valid, String expected) {
    if (!valid) {
      throw FaultException.invalid(PREFIX + name, value, expected);
    }
  }
}
