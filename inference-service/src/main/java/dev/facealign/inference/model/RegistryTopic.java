package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.ModelRecordKey;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic facealign.models: brings its records to the registry, and takes new assignments. */
@Singleton
@Requires(property = "facealign.kafka.enabled", notEquals = "false")
public final class RegistryTopic implements RegistryLog, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RegistryTopic.class);

  private final ModelRegistry registry;
  private final RecordPublisher publisher;
  private final InferenceMetrics metrics;
  private final TopicFollower<ModelRecord> follower;

  public RegistryTopic(
      ModelRegistry registry,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry meterRegistry,
      InferenceMetrics metrics) {
    this.registry = registry;
    this.publisher = publisher;
    this.metrics = metrics;
    follower =
        new TopicFollower<>(
            kafka, meterRegistry, Topics.MODELS, ModelRecord.parser(), this::takeIn);
  }

  /** Begins to read; returns at once. To be called once. */
  void start() {
    follower.start();
  }

  @Override
  public boolean caughtUp() {
    return follower.caughtUp();
  }

  /**
   * Waits for {@link #caughtUp}.
   *
   * @throws FaultException UNAVAILABLE: it is not in time
   */
  public void awaitCaughtUp(Duration timeout) {
    follower.awaitCaughtUp(timeout);
  }

  @Override
  public void publish(AliasAssignment assignment, Duration timeout) {
    RecordMetadata written =
        publisher.publish(
            Topics.MODELS,
            ModelRecordKey.ofAlias(assignment.getAlias()),
            ModelRecord.newBuilder().setAlias(assignment).build());
    follower.awaitThrough(written, timeout);
  }

  /**
   * Publishes a model that lies in the artifact store, and waits until it is part of the registry's
   * state.
   *
   * @throws FaultException UNAVAILABLE: Kafka is away
   */
  public void publish(ModelManifest model, Duration timeout) {
    RecordMetadata written =
        publisher.publish(
            Topics.MODELS,
            ModelRecordKey.ofModel(model.getVersion()),
            ModelRecord.newBuilder().setModel(model).build());
    follower.awaitThrough(written, timeout);
  }

  private void takeIn(FollowedRecord<ModelRecord> followed) {
    try {
      registry.takeIn(followed.key(), followed.value());
    } catch (FaultException e) {
      metrics.registryRecordIgnored();
      log.warn("registry record ignored offset={} error={}", followed.offset(), e.getMessage());
    }
  }

  @Override
  @PreDestroy
  public void close() {
    follower.close();
  }
}
