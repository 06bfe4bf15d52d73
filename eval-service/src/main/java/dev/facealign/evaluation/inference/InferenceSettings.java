package dev.facealign.evaluation.inference;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How the inference service is reached and used: {@code facealign.inference.*}.
 *
 * @param address "host:port"
 * @param maxInFlight pictures sent before the first is answered, 1 to 256
 * @param maxPictureBytes larger pictures are not sent; below the service's limit for a message
 * @param answerTimeout longest wait for the next answer, above 0
 * @param reconnectFor how long a service that went away in the middle is waited for, 0 or more
 * @param callTimeout of a question about models
 * @param promoteTimeout of a promotion, which tries the model out first
 */
@ConfigurationProperties("facealign.inference")
record InferenceSettings(
    @Bindable(defaultValue = "127.0.0.1:25051") String address,
    @Bindable(defaultValue = "16") int maxInFlight,
    @Bindable(defaultValue = "15728640") int maxPictureBytes,
    @Bindable(defaultValue = "60s") Duration answerTimeout,
    @Bindable(defaultValue = "30s") Duration reconnectFor,
    @Bindable(defaultValue = "10s") Duration callTimeout,
    @Bindable(defaultValue = "120s") Duration promoteTimeout) {
  private static final String PREFIX = "facealign.inference.";

  InferenceSettings {
    if (maxInFlight < 1 || maxInFlight > 256) {
      throw FaultException.invalid(PREFIX + "max-in-flight", maxInFlight, "1 to 256");
    }
    if (maxPictureBytes < 1) {
      throw FaultException.invalid(PREFIX + "max-picture-bytes", maxPictureBytes, "> 0");
    }
    if (answerTimeout.isZero() || answerTimeout.isNegative()) {
      throw FaultException.invalid(PREFIX + "answer-timeout", answerTimeout, "> 0");
    }
    if (reconnectFor.isNegative()) {
      throw FaultException.invalid(PREFIX + "reconnect-for", reconnectFor, ">= 0");
    }
  }
}
