package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * When the service says that it has enough to do.
 *
 * @param maxWait how long a newcomer may be expected to wait, at least 1 ms: single calls that
 *     would wait longer are refused, streams are not read further
 */
@ConfigurationProperties("facealign.inference.admission")
public record AdmissionSettings(@Bindable(defaultValue = "50ms") Duration maxWait) {

  public AdmissionSettings {
    if (maxWait.compareTo(Duration.ofMillis(1)) < 0) {
      throw FaultException.invalid("facealign.inference.admission.max-wait", maxWait, ">= 1 ms");
    }
  }
}
