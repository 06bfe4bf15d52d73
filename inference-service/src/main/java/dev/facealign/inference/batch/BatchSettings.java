package dev.facealign.inference.batch;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How faces are brought together.
 *
 * @param maxSize faces of one run at most, 1 to 256
 * @param queueCapacity faces that may wait for a run, from maxSize to 100000. A face takes 0.6 MB
 *     while it waits (at 224 x 224), and the last in the queue waits for all before it.
 */
@ConfigurationProperties("facealign.inference.batch")
public record BatchSettings(
    @Bindable(defaultValue = "8") int maxSize, @Bindable(defaultValue = "256") int queueCapacity) {

  public BatchSettings {
    if (maxSize < 1 || maxSize > 256) {
      throw FaultException.invalid("facealign.inference.batch.max-size", maxSize, "1 to 256");
    }
    if (queueCapacity < maxSize || queueCapacity > 100_000) {
      throw FaultException.invalid(
          "facealign.inference.batch.queue-capacity",
          queueCapacity,
          "from max-size (" + maxSize + ") to 100000");
    }
  }
}
