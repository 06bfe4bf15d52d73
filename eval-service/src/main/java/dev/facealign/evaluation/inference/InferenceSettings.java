package dev.facealign.evaluation.inference;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Where and how the inference service is called: {@code facealign.inference.*}.
 *
 * @param address host:port
 * @param window pictures sent that are not answered yet, at most
 * @param deadline how long a short call may take
 */
@ConfigurationProperties("facealign.inference")
record InferenceSettings(
    @Bindable(defaultValue = "127.0.0.1:50051") String address,
    @Bindable(defaultValue = "16") int window,
    @Bindable(defaultValue = "60s") Duration deadline) {}
