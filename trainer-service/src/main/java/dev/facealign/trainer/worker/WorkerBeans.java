package dev.facealign.trainer.worker;

import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.trainer.run.TrainingRun;
import dev.facealign.trainer.sample.SampleArchive;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Puts the worker's parts together. */
@Factory
final class WorkerBeans {
  /** Writes take milliseconds. */
  private static final Duration SAMPLES_PATIENCE = Duration.ofSeconds(2);

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
  WorkerMetrics metrics(MeterRegistry registry, KafkaJobEvents events) {
    return new WorkerMetrics(registry, events.ledger());
  }

  @Singleton
  ModelPublisher modelPublisher(ArtifactStore store, RecordPublisher publisher, Clock clock) {
    return new ModelPublisher(store, publisher, clock);
  }

  @Singleton
  CheckpointArchive checkpoints(ArtifactStore store, WorkerMetrics metrics) {
    return new CheckpointArchive(store, metrics);
  }

  @Singleton
  SampleArchive samples(ArtifactStore store) {
    return new SampleArchive(store);
  }

  @Singleton
  @Bean(preDestroy = "close")
  SampleWriter sampleWriter(SampleArchive samples) {
    return new SampleWriter(samples, SAMPLES_PATIENCE);
  }

  @Singleton
  ContinuedJobs continuedJobs(CheckpointArchive checkpoints) {
    return new ContinuedJobs(checkpoints);
  }

  @Singleton
  AttemptRunner attemptRunner(
      WorkerSettings settings,
      JobInputs inputs,
      CheckpointArchive checkpoints,
      ContinuedJobs continued,
      ModelPublisher models,
      WorkerMetrics metrics,
      SampleWriter samples) {
    return new AttemptRunner(
        inputs,
        checkpoints,
        continued,
        models,
        new TrainingRun(),
        metrics,
        samples,
        settings.sampleFaces(),
        settings.handOver());
  }

  @Singleton
  ResentJobs resentJobs(
      WorkerSettings settings, KafkaJobEvents events, RecordPublisher publisher, Clock clock) {
    return new ResentJobs(settings.name(), events, publisher, clock);
  }

  @Singleton
  DeadLetters deadLetters(RecordPublisher publisher, KafkaJobEvents events, Clock clock) {
    return new DeadLetters(publisher, events.ledger(), clock);
  }

  @Singleton
  @Bean(preDestroy = "close")
  LostJobs lostJobs(
      KafkaSettings kafka,
      WorkerSettings settings,
      KafkaJobEvents events,
      ResentJobs resent,
      WorkerMetrics metrics) {
    return new LostJobs(kafka, settings.group(), settings.lock(), events, resent, metrics);
  }
}
