package dev.facealign.inference.network;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How networks are run.
 *
 * @param threads threads that one run is spread over, 1 to 256. Several runs on a thread each bring
 *     more than one run on several; more threads bring a lone face's answer sooner
 * @param spinning whether a network's threads burn processor time while they wait for the next run;
 *     wins a fraction of a millisecond a run where the processor has nothing else to do
 * @param precision which of a model's networks serves: the one in 8-bit integers where the model
 *     offers one, or the one in floating point, which every model has
 */
@ConfigurationProperties("facealign.inference.network")
public record NetworkSettings(
    @Bindable(defaultValue = "1") int threads,
    @Bindable(defaultValue = "false") boolean spinning,
    @Bindable(defaultValue = "float32") Precision precision) {

  public NetworkSettings {
    if (threads < 1 || threads > 256) {
      throw FaultException.invalid("facealign.inference.network.threads", threads, "1 to 256");
    }
  }
}
