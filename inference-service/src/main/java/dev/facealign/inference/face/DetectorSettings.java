package dev.facealign.inference.face;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How faces are looked for.
 *
 * @param maxSidePx pictures with a longer side are looked at in this size, 64 to 4096 pixels; time
 *     grows with its square
 * @param minFaceShare side of the smallest face looked for, as a share of the picture's longer
 *     side, (0, 1]; time grows with the inverse of its square. Never below 20 pixels of the size
 *     looked at
 * @param secondPass whether faces are cropped anew from the first pass's landmarks and run again
 */
@ConfigurationProperties("facealign.inference.detector")
public record DetectorSettings(
    @Bindable(defaultValue = "480") int maxSidePx,
    @Bindable(defaultValue = "0.0625") double minFaceShare,
    @Bindable(defaultValue = "true") boolean secondPass) {
  private static final String PREFIX = "facealign.inference.detector.";

  public DetectorSettings {
    if (maxSidePx < 64 || maxSidePx > 4096) {
      throw FaultException.invalid(PREFIX + "max-side-px", maxSidePx, "64 to 4096");
    }
    if (!(minFaceShare > 0 && minFaceShare <= 1)) {
      throw FaultException.invalid(PREFIX + "min-face-share", minFaceShare, "in (0, 1]");
    }
  }
}
