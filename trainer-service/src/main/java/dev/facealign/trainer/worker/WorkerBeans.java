package dev.facealign.trainer.worker;

import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.trainer.run.TrainingRun;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the worker's parts together. */
@Factory
final class WorkerBeans {

  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Singleton
  @Bean(preDestroy = "close")
  KafkaJobEvents jobEvents(KafkaSettings kafka, RecordPublisher publisher, MeterRegistry registry) {
    return new KafkaJobEvents(kafka, publisher, registry);
  }

  @Singleton
  WorkerMetrics metrics(MeterRegistry registry) {
    return new WorkerMetrics(registry);
  }

  @Singleton
  AttemptRunner attemptRunner(
      ArtifactStore store, RecordPublisher publisher, WorkerMetrics metrics, Clock clock) {
    return new AttemptRunner(
        new CheckpointArchive(store, metrics),
        new ModelPublisher(store, publisher, clock),
        new TrainingRun(),
        metrics);
  }
}
