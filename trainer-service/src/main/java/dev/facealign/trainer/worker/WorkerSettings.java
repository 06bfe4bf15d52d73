package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How this worker takes part: {@code facealign.trainer.*}.
 *
 * @param enabled false: only answers {@code TrainingJobs}, trains nothing
 * @param workerId names the worker in events; default: host and process
 * @param group the share group that workers take jobs as
 * @param lock how long a job stays with a worker that has fallen silent; Kafka allows 15 to 60 s by
 *     default
 * @param attemptsInVain attempts in a row without a new checkpoint that broke or fell silent, after
 *     which a job is a dead letter; at least 1
 * @param handOver how long an attempt waits for a last checkpoint of the one before, which may be
 *     alive
 * @param stopPatience how long a worker that is stopped waits for its last step and checkpoint;
 *     less than the time after which whoever stops it kills it
 * @param lostJobsEvery how often it is looked for jobs that the queue has dropped
 * @param sampleFaces faces held out whose crops and predictions are kept for a job's page; 0 to 24
 */
@ConfigurationProperties("facealign.trainer")
record WorkerSettings(
    @Bindable(defaultValue = "true") boolean enabled,
    @Nullable String workerId,
    @Bindable(defaultValue = "facealign.trainers") String group,
    @Bindable(defaultValue = "30s") Duration lock,
    @Bindable(defaultValue = "5") int attemptsInVain,
    @Bindable(defaultValue = "3s") Duration handOver,
    @Bindable(defaultValue = "15s") Duration stopPatience,
    @Bindable(defaultValue = "30s") Duration lostJobsEvery,
    @Bindable(defaultValue = "6") int sampleFaces) {

  private static final int MOST_SAMPLE_FACES = 24;

  WorkerSettings {
    if (attemptsInVain < 1) {
      throw FaultException.invalid("facealign.trainer.attempts-in-vain", attemptsInVain, ">= 1");
    }
    if (sampleFaces < 0 || sampleFaces > MOST_SAMPLE_FACES) {
      throw FaultException.invalid(
          "facealign.trainer.sample-faces", sampleFaces, "0 to " + MOST_SAMPLE_FACES);
    }
  }

  /** The configured name, or one made of host and process. */
  String name() {
    if (workerId != null && !workerId.isBlank()) {
      return workerId;
    }
    String host = System.getenv().getOrDefault("HOSTNAME", "worker");
    return host + "-" + ProcessHandle.current().pid();
  }
}
