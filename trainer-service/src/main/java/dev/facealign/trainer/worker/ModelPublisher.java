package dev.facealign.trainer.worker;

import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.kafka.ModelRecordKey;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.trainer.run.StartModel;
import dev.facealign.trainer.run.TrainedModel;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes models: to the artifact store, then on the model topic. */
public final class ModelPublisher {
  private static final Logger log = LoggerFactory.getLogger(ModelPublisher.class);

  private final ModelArtifacts artifacts;
  private final RecordPublisher publisher;

  /** Into a store and to Kafka; manifests are dated by the clock. */
  public ModelPublisher(ArtifactStore store, RecordPublisher publisher, Clock clock) {
    this.artifacts = new ModelArtifacts(store, clock);
    this.publisher = publisher;
  }

  /**
   * Publishes a model. The same content is the same version, so that doing it twice changes
   * nothing.
   *
   * @return the model's version
   */
  String publish(TrainingPlan plan, TrainedModel model) {
    ModelManifest manifest = artifacts.store(plan, model);
    announce(manifest);
    log.info(
        "model published version={} validation_nme={}",
        manifest.getVersion(),
        model.validationNme());
    return manifest.getVersion();
  }

  /**
   * Publishes a model. The same content is the same version, so that doing it twice changes
   * nothing.
   *
   * @param described all that decides what the model is; its files, version and date are filled in
   *     here
   * @param onnx the network
   * @param weights the content of {@link StartModel#FILE}; null: no run can begin with the model
   * @return what was announced
   */
  public ModelManifest publish(ModelManifest described, byte[] onnx, byte @Nullable [] weights) {
    ModelManifest manifest = artifacts.store(described, onnx, weights);
    announce(manifest);
    return manifest;
  }

  private void announce(ModelManifest manifest) {
    publisher.publish(
        Topics.MODELS,
        ModelRecordKey.ofModel(manifest.getVersion()),
        ModelRecord.newBuilder().setModel(manifest).build());
  }
}
