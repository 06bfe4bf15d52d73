package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Which models are kept in memory.
 *
 * @param kept models besides the champion that stay loaded, the least recently used giving way
 *     first, 1 to 100
 * @param retryFailedAfter how long a failed load is remembered before it is tried again, above 0; a
 *     champion that cannot be loaded is tried again after this, then twice, four times, ... as long
 * @param retryFailedAtMost the longest time between two tries of a champion
 * @param promotionTimeout how long moving an alias may take until it serves, above 0
 */
@ConfigurationProperties("facealign.inference.models")
public record ModelSettings(
    @Bindable(defaultValue = "3") int kept,
    @Bindable(defaultValue = "2s") Duration retryFailedAfter,
    @Bindable(defaultValue = "60s") Duration retryFailedAtMost,
    @Bindable(defaultValue = "30s") Duration promotionTimeout) {
  private static final String PREFIX = "facealign.inference.models.";

  public ModelSettings {
    if (kept < 1 || kept > 100) {
      throw FaultException.invalid(PREFIX + "kept", kept, "1 to 100");
    }
    requirePositive("retry-failed-after", retryFailedAfter);
    requirePositive("promotion-timeout", promotionTimeout);
    if (retryFailedAtMost.compareTo(retryFailedAfter) < 0) {
      throw FaultException.invalid(
          PREFIX + "retry-failed-at-most",
          retryFailedAtMost,
          ">= retry-failed-after (" + retryFailedAfter + ")");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw FaultException.invalid(PREFIX + name, value, "> 0");
    }
  }
}
