package dev.facealign.inference.model;

import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.kafka.ModelRecordKey;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry without Kafka ({@code facealign.kafka.enabled: false}): the models that lie in the
 * artifact store when the service starts, the newest of them champion. Aliases that are moved are
 * forgotten when it ends.
 */
@Context
@Requires(property = "facealign.kafka.enabled", value = "false")
final class StoreRegistry implements RegistryLog {
  private static final Logger log = LoggerFactory.getLogger(StoreRegistry.class);

  private final ModelRegistry registry;

  StoreRegistry(ModelRegistry registry, ArtifactStore store, Readiness readiness) {
    this.registry = registry;
    List<ModelManifest> models = new StoredModels(store).manifests();
    for (ModelManifest model : models) {
      registry.takeIn(
          ModelRecordKey.ofModel(model.getVersion()),
          ModelRecord.newBuilder().setModel(model).build());
    }
    StoredModels.newest(models).ifPresent(newest -> takeIn(champion(newest)));
    log.info("registry without kafka, read from the artifact store models={}", models.size());
    readiness.condition("registry").met();
  }

  private static AliasAssignment champion(ModelManifest model) {
    return AliasAssignment.newBuilder()
        .setAlias(RegistryState.CHAMPION)
        .setVersion(model.getVersion())
        .setReason("the newest in the artifact store")
        .setAssignedAt(model.getCreatedAt())
        .build();
  }

  private void takeIn(AliasAssignment assignment) {
    registry.takeIn(
        ModelRecordKey.ofAlias(assignment.getAlias()),
        ModelRecord.newBuilder().setAlias(assignment).build());
  }

  @Override
  public boolean caughtUp() {
    return true;
  }

  @Override
  public void publish(AliasAssignment assignment, Duration timeout) {
    takeIn(assignment);
  }
}
