package dev.facealign.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ShapeModelSummary;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LateBrokerTest {

  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir Path folder;

  @Test
  void storesWithoutKafkaAndAnnouncesWhenItComesAndComesBack() {
    // Given: the address of a broker that is not there yet
    int port;
    int controllerPort;
    try (EmbeddedBroker reserved = EmbeddedBroker.startTemporary()) {
      port = reserved.port();
      controllerPort = reserved.controllerPort();
    }
    new AnnotationsFixture(folder.resolve("datasets")).dataset("faces", 5);
    FitShapeModelRequest request =
        FitShapeModelRequest.newBuilder()
            .setDataset(DatasetRef.newBuilder().setName("faces"))
            .build();

    try (RunningPca pca = RunningPca.start("127.0.0.1:" + port, folder)) {
      // When
      StatusRuntimeException error =
          catchThrowableOfType(StatusRuntimeException.class, () -> pca.fit(request));

      // Then
      assertThat(pca.health()).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(error.getStatus().getDescription())
          .contains("is stored, and will be announced when Kafka is back");
      List<ShapeModelSummary> listed =
          pca.client()
              .listShapeModels(ListShapeModelsRequest.getDefaultInstance())
              .getShapeModelsList();
      assertThat(listed).hasSize(1);

      // When: the broker comes
      try (EmbeddedBroker broker =
          EmbeddedBroker.start(folder.resolve("broker"), port, controllerPort)) {
        // Then
        await().atMost(SOON).until(() -> pca.health() == ServingStatus.SERVING);
        List<ShapeModelSummary> announced = new CopyOnWriteArrayList<>();
        try (TopicFollower<ShapeModelSummary> follower =
            new TopicFollower<>(
                KafkaSettings.of(broker.bootstrapServers()),
                Topics.SHAPE_MODELS,
                ShapeModelSummary.parser(),
                record -> announced.add(record.value()))) {
          follower.start();
          await()
              .atMost(SOON)
              .untilAsserted(() -> assertThat(announced).containsExactlyElementsOf(listed));
        }
        List<?> again = pca.fit(request);
        assertThat(again).isNotEmpty();
      }

      // When: the broker goes, a fit comes, the broker comes back
      new AnnotationsFixture(folder.resolve("datasets")).dataset("others", 5);
      FitShapeModelRequest other =
          FitShapeModelRequest.newBuilder()
              .setDataset(DatasetRef.newBuilder().setName("others"))
              .build();
      error = catchThrowableOfType(StatusRuntimeException.class, () -> pca.fit(other));
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(error.getStatus().getDescription()).contains("is stored, and will be announced");
      List<ShapeModelSummary> both =
          pca.client()
              .listShapeModels(ListShapeModelsRequest.getDefaultInstance())
              .getShapeModelsList();
      assertThat(both).hasSize(2).containsAll(listed);
      try (EmbeddedBroker broker =
          EmbeddedBroker.start(folder.resolve("broker"), port, controllerPort)) {
        // Then
        List<ShapeModelSummary> announced = new CopyOnWriteArrayList<>();
        try (TopicFollower<ShapeModelSummary> follower =
            new TopicFollower<>(
                KafkaSettings.of(broker.bootstrapServers()),
                Topics.SHAPE_MODELS,
                ShapeModelSummary.parser(),
                record -> announced.add(record.value()))) {
          follower.start();
          await().atMost(SOON).untilAsserted(() -> assertThat(announced).containsAll(both));
        }
      }
    }
  }

  @Test
  void refusesWhileTheStoreIsAwayAndPublishesWhenItIsThere() throws Exception {
    // Given: no folder can be made where the store should be
    new AnnotationsFixture(folder.resolve("datasets")).dataset("faces", 5);
    Path blocked = Files.createFile(folder.resolve("artifacts"));
    FitShapeModelRequest request =
        FitShapeModelRequest.newBuilder()
            .setDataset(DatasetRef.newBuilder().setName("faces"))
            .build();
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
        RunningPca pca = RunningPca.start(broker.bootstrapServers(), folder)) {
      // When
      StatusRuntimeException error =
          catchThrowableOfType(StatusRuntimeException.class, () -> pca.fit(request));

      // Then
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(error.getStatus().getDescription()).contains("artifact store");

      // When
      Files.delete(blocked);
      List<FitShapeModelProgress> messages = pca.fit(request);

      // Then
      assertThat(messages.get(messages.size() - 1).getResult().getVersion()).hasSize(64);
      assertThat(
              pca.client()
                  .listShapeModels(ListShapeModelsRequest.getDefaultInstance())
                  .getShapeModelsList())
          .hasSize(1);
    }
  }
}
