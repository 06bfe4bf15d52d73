package dev.facealign.inference.stream;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How streams are read and ended.
 *
 * @param maxInFlight requests of one stream that are taken in before the first is answered, 1 to
 *     1024
 * @param maxBytesInFlight bytes of those requests; a stream that has reached this is not read
 *     further. One request is always taken in. At least 1
 * @param drainTimeout how long a stopping service waits for what it has taken in, 0 or more
 */
@ConfigurationProperties("facealign.inference.streams")
public record StreamSettings(
    @Bindable(defaultValue = "16") int maxInFlight,
    @Bindable(defaultValue = "33554432") long maxBytesInFlight,
    @Bindable(defaultValue = "10s") Duration drainTimeout) {
  private static final String PREFIX = "facealign.inference.streams.";

  public StreamSettings {
    if (maxInFlight < 1 || maxInFlight > 1024) {
      throw FaultException.invalid(PREFIX + "max-in-flight", maxInFlight, "1 to 1024");
    }
    if (maxBytesInFlight < 1) {
      throw FaultException.invalid(PREFIX + "max-bytes-in-flight", maxBytesInFlight, "> 0");
    }
    if (drainTimeout.isNegative()) {
      throw FaultException.invalid(PREFIX + "drain-timeout", drainTimeout, ">= 0");
    }
  }
}
