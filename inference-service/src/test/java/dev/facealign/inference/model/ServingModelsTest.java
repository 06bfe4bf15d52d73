package dev.facealign.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.BatchSettings;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.inference.network.Precision;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServingModelsTest {
  private static final int KEPT = 2;

  @TempDir Path folder;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InferenceMetrics metrics = new InferenceMetrics(meters);
  private final ModelRegistry registry = new ModelRegistry();
  private LocalArtifactStore store;
  private ServingModels models;

  @BeforeEach
  void open() {
    store = new LocalArtifactStore(folder);
    ModelLoader loader =
        new ModelLoader(
            store,
            new NetworkSettings(1, false, Precision.FLOAT32),
            new BatchSettings(2, Duration.ZERO, Duration.ofSeconds(1), 1, 8));
    ModelSettings settings =
        new ModelSettings(
            KEPT, Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(10));
    models = new ServingModels(registry, loader, settings, metrics);
  }

  @AfterEach
  void close() {
    models.close();
  }

  @Test
  void servesTheVersionThatTheAliasPointsAt() throws Exception {
    // Given
    ModelManifest first = announced("first", 0.1);
    ModelManifest second = announced("second", 0.2);
    assertThat(fault("").reason()).isEqualTo("NO_CHAMPION");

    // When / Then
    assign(first);
    assertThat(version("champion")).isEqualTo(first.getVersion());
    assertThat(models.awaitChampion(first.getVersion(), Duration.ofSeconds(10))).isTrue();
    assign(second);
    assertThat(models.awaitChampion(second.getVersion(), Duration.ofSeconds(10))).isTrue();
    assertThat(version("")).isEqualTo(second.getVersion());
    assertThat(version("first")).as("others are loaded on demand").isEqualTo(first.getVersion());
    assertThat(meters.get("facealign.inference.champion").gauges())
        .singleElement()
        .satisfies(
            gauge -> {
              assertThat(gauge.getId().getTag("version")).isEqualTo(second.getVersion());
              assertThat(gauge.getId().getTag("precision")).isEqualTo("float32");
            });
  }

  @Test
  void aDamagedModelNeverReplacesOneThatServes() throws Exception {
    // Given
    ModelManifest good = announced("good", 0.1);
    assign(good);
    assertThat(models.awaitChampion(good.getVersion(), Duration.ofSeconds(10))).isTrue();

    // When the alias moves to a model whose bytes were changed
    ModelManifest bad = announced("bad", 0.2);
    Path network = network(bad);
    byte[] bytes = Files.readAllBytes(network);
    Files.write(network, new byte[] {1, 2, 3});
    assign(bad);

    // Then it is tried, counted, and the old one serves
    await().until(() -> loads("damaged") >= 2);
    assertThat(version("")).isEqualTo(good.getVersion());
    assertThat(fault("bad").kind()).isEqualTo(FaultKind.DATA_LOSS);

    // And when the bytes are put right, it comes to serve by itself
    Files.write(network, bytes);
    assertThat(models.awaitChampion(bad.getVersion(), Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void anAliasMayComeBeforeItsModel() throws Exception {
    // Given
    ModelManifest manifest = TestModels.constant(store, "late", 0.1);
    assign(manifest);
    assertThat(fault("").reason()).isEqualTo("MODEL_NOT_FOUND");

    // When
    announce(manifest);

    // Then
    assertThat(models.awaitChampion(manifest.getVersion(), Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void theLeastRecentlyUsedGiveWayAndTheChampionStays() throws Exception {
    // Given
    ModelManifest champion = announced("champion-model", 0.05);
    assign(champion);
    assertThat(models.awaitChampion(champion.getVersion(), Duration.ofSeconds(10))).isTrue();

    // When more models are asked for than are kept
    for (int i = 1; i <= 5; i++) {
      assertThat(version(announced("other-" + i, i / 10.0).getName())).isNotEmpty();
    }

    // Then
    await().untilAsserted(() -> assertThat(models.loaded()).isEqualTo(KEPT + 1));
    double loadsBefore = loads("loaded");
    assertThat(version("other-5")).isNotEmpty();
    assertThat(version("")).isEqualTo(champion.getVersion());
    assertThat(loads("loaded")).as("these were in memory").isEqualTo(loadsBefore);
    assertThat(version("other-1")).isNotEmpty();
    assertThat(loads("loaded")).as("this one was not").isEqualTo(loadsBefore + 1);
  }

  @Test
  void aModelInUseIsClosedWhenItsLastUserIsDone() throws Exception {
    // Given a model in use
    LoadedModel.Lease lease = lease(announced("used", 0.1).getName());
    float[] crop = new float[3 * TestModels.INPUT_PX * TestModels.INPUT_PX];

    // When it has given way to others
    for (int i = 0; i < 4; i++) {
      assertThat(version(announced("newer-" + i, 0.2 + i / 100.0).getName())).isNotEmpty();
    }
    await().until(() -> models.loaded() <= KEPT);

    // Then it still runs, until it is given back
    assertThat(lease.model().network().run(List.of(crop))).hasSize(1);
    lease.close();
    lease.close();
    assertThatThrownBy(() -> lease.model().network().run(List.of(crop)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void changesOfTheChampionLeaveNothingBehind() throws Exception {
    // Given
    List<ModelManifest> versions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      versions.add(announced("turn-" + i, 0.1 + i / 100.0));
    }

    // When the alias moves a hundred times
    for (int i = 0; i < 100; i++) {
      ModelManifest next = versions.get(i % versions.size());
      assign(next);
      assertThat(models.awaitChampion(next.getVersion(), Duration.ofSeconds(10))).isTrue();
    }

    // Then
    await().untilAsserted(() -> assertThat(models.loaded()).isEqualTo(KEPT + 1));
  }

  @Test
  void aLoadThatFailedIsTriedAgainLater() throws Exception {
    // Given a model that is announced before its artifact is there
    byte[] onnx = OnnxFile.constant(TestModels.INPUT_PX, TestModels.labels(0.1));
    ModelManifest manifest = TestModels.manifest("early", onnx, m -> {});
    announce(manifest);
    assertThat(fault("early").kind()).isEqualTo(FaultKind.NOT_FOUND);
    assertThat(fault("early").kind()).isEqualTo(FaultKind.NOT_FOUND);
    assertThat(loads("missing")).as("remembered for a while").isEqualTo(1);

    // When
    TestModels.publish(store, "early", onnx, m -> {});

    // Then
    await().untilAsserted(() -> assertThat(version("early")).isEqualTo(manifest.getVersion()));
  }

  @Test
  void aClosedServiceLoadsNothing() {
    ModelManifest manifest = announced("closed", 0.1);
    models.close();
    assertThat(fault(manifest.getVersion()).reason()).isEqualTo("SHUTTING_DOWN");
  }

  private Path network(ModelManifest manifest) {
    return store.open(ArtifactKind.MODEL, manifest.getVersion()).file("model.onnx");
  }

  private ModelManifest announced(String name, double size) {
    return announce(TestModels.constant(store, name, size));
  }

  private ModelManifest announce(ModelManifest manifest) {
    registry.takeIn(
        "model/" + manifest.getVersion(), ModelRecord.newBuilder().setModel(manifest).build());
    return manifest;
  }

  private void assign(ModelManifest manifest) {
    registry.takeIn(
        "alias/champion",
        ModelRecord.newBuilder()
            .setAlias(
                AliasAssignment.newBuilder().setAlias("champion").setVersion(manifest.getVersion()))
            .build());
  }

  private LoadedModel.Lease lease(String reference)
      throws InterruptedException, TimeoutException, ExecutionException {
    return models.acquire(reference).get(10, TimeUnit.SECONDS);
  }

  private String version(String reference) throws Exception {
    try (LoadedModel.Lease lease = lease(reference)) {
      return lease.model().version();
    }
  }

  private FaultException fault(String reference) {
    Optional<Throwable> failure =
        models.acquire(reference).handle((lease, e) -> Optional.ofNullable(e)).join();
    return (FaultException) failure.orElseThrow();
  }

  private double loads(String outcome) {
    return meters
        .find("facealign.inference.model.loads")
        .tag("outcome", outcome)
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
