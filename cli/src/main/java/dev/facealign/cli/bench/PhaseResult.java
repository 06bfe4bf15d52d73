package dev.facealign.cli.bench;

import io.grpc.Status;
import java.util.Map;

/**
 * What one phase measured.
 *
 * @param load what was put on the service
 * @param perSecond answers without error that came while it was measured, a second
 * @param outcomes requests by status
 * @param messages the first description of each status but OK
 * @param unsent requests that were due and could not be sent before the phase ended
 * @param faces in all answers
 * @param version of the model that answered last; empty where nothing was answered
 * @param latency of answers, from when each was due
 * @param service of answers, from when each was sent
 * @param rejected of refusals (RESOURCE_EXHAUSTED), from when each was sent
 * @param failed of other failures, from when each was due
 * @param lateness of the load itself
 * @param server the service's own times
 */
record PhaseResult(
    Load load,
    double perSecond,
    Map<Status.Code, Long> outcomes,
    Map<Status.Code, String> messages,
    long unsent,
    long faces,
    String version,
    Quantiles latency,
    Quantiles service,
    Quantiles rejected,
    Quantiles failed,
    Quantiles lateness,
    Map<ServerStep, Quantiles> server) {

  long count(Status.Code code) {
    return outcomes.getOrDefault(code, 0L);
  }

  /** Requests that ended with a status that is neither an answer nor a refusal for load. */
  long failures() {
    return outcomes.entrySet().stream()
        .filter(e -> e.getKey() != Status.Code.OK && e.getKey() != Status.Code.RESOURCE_EXHAUSTED)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
