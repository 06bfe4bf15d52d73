package dev.facealign.inference.track;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How faces are followed. Durations are of the pictures' own timestamps; where a stream has none,
 * pictures are counted instead.
 *
 * @param minScore a followed face whose score is lower is lost, (0, 1)
 * @param searchEvery new faces are looked for at least so often, above 0
 * @param searchEveryPictures the same without timestamps, 1 to 100000
 * @param keepLost how long a lost face is looked for under its identity, 0 or more
 * @param keepLostPictures the same without timestamps, 0 to 100000
 * @param maxGap a longer time between two pictures begins anew, above 0
 * @param maxTracks faces that are followed and lost ones that are looked for, at most, 1 to 10000;
 *     the ones lost longest are forgotten first
 */
@ConfigurationProperties("facealign.inference.tracking")
public record TrackingSettings(
    @Bindable(defaultValue = "0.3") double minScore,
    @Bindable(defaultValue = "1s") Duration searchEvery,
    @Bindable(defaultValue = "30") int searchEveryPictures,
    @Bindable(defaultValue = "1s") Duration keepLost,
    @Bindable(defaultValue = "30") int keepLostPictures,
    @Bindable(defaultValue = "2s") Duration maxGap,
    @Bindable(defaultValue = "64") int maxTracks) {
  private static final String PREFIX = "facealign.inference.tracking.";

  public TrackingSettings {
    if (!(minScore > 0 && minScore < 1)) {
      throw FaultException.invalid(PREFIX + "min-score", minScore, "in (0, 1)");
    }
    if (searchEvery.isNegative() || searchEvery.isZero()) {
      throw FaultException.invalid(PREFIX + "search-every", searchEvery, "> 0");
    }
    if (searchEveryPictures < 1 || searchEveryPictures > 100_000) {
      throw FaultException.invalid(
          PREFIX + "search-every-pictures", searchEveryPictures, "1 to 100000");
    }
    if (keepLost.isNegative()) {
      throw FaultException.invalid(PREFIX + "keep-lost", keepLost, ">= 0");
    }
    if (keepLostPictures < 0 || keepLostPictures > 100_000) {
      throw FaultException.invalid(PREFIX + "keep-lost-pictures", keepLostPictures, "0 to 100000");
    }
    if (maxGap.isNegative() || maxGap.isZero()) {
      throw FaultException.invalid(PREFIX + "max-gap", maxGap, "> 0");
    }
    if (maxTracks < 1 || maxTracks > 10_000) {
      throw FaultException.invalid(PREFIX + "max-tracks", maxTracks, "1 to 10000");
    }
  }
}
