package dev.facealign.inference.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromoteModelRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class ShippedModelsTest {
  @TempDir Path shipped;
  @TempDir Path artifacts;

  @Test
  void aShippedModelIsChampionUntilAnotherIsPromoted() {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      // Given
      ModelManifest model = TestModels.constant(new LocalArtifactStore(shipped), "shipped", 0.4);
      String trained;

      // When a service starts with an empty registry
      try (RunningService service = start(broker)) {
        // Then the model is there, and serves
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> champion(service).equals(model.getVersion()));
        AliasAssignment assignment =
            service.bean(ModelRegistry.class).state().alias(RegistryState.CHAMPION).orElseThrow();
        assertThat(assignment.getReason()).contains("came with the software");
        assertThat(service.store().exists(ArtifactKind.MODEL, model.getVersion())).isTrue();

        ModelManifest own = service.announce(TestModels.constant(service.store(), "own", 0.2));
        trained = own.getVersion();
        service.models().promoteModel(PromoteModelRequest.newBuilder().setModel(trained).build());
      }

      // And when it starts again after another was promoted, that one stays
      try (RunningService service = start(broker)) {
        await().atMost(Duration.ofSeconds(20)).until(() -> champion(service).equals(trained));
        assertThat(service.bean(ModelRegistry.class).state().models())
            .extracting(ModelManifest::getVersion)
            .containsExactlyInAnyOrder(model.getVersion(), trained);
      }
    }
  }

  private RunningService start(EmbeddedBroker broker) {
    return RunningService.start(
        broker.bootstrapServers(),
        artifacts,
        Map.of("facealign.inference.models.shipped", shipped.toString()));
  }

  private static String champion(RunningService service) {
    return service
        .bean(ModelRegistry.class)
        .state()
        .alias(RegistryState.CHAMPION)
        .map(AliasAssignment::getVersion)
        .orElse("");
  }
}
