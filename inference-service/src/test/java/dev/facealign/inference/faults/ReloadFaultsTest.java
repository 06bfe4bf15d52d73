package dev.facealign.inference.faults;

import static dev.facealign.inference.faults.Reloads.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromoteModelRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** FAULTS row 11: models that change under load, and models that are not what they should be. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadFaultsTest {
  private EmbeddedBroker broker;
  private RunningService service;
  private Reloads reloads;

  @BeforeAll
  void start(@TempDir Path folder) {
    broker = EmbeddedBroker.startTemporary();
    service = RunningService.start(broker.bootstrapServers(), folder, Reloads.SETTINGS);
    reloads = new Reloads(service);
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  /** A thousand times, with memory watched, in {@link ManyReloadsTest}. */
  @Test
  void theChampionChangesUnderLoadWithoutAFailedRequest() throws Exception {
    reloads.change(30);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("cut off", "damaged", Status.Code.DATA_LOSS, ReloadFaultsTest::cutOff),
        damage("half copied", "damaged", Status.Code.DATA_LOSS, ReloadFaultsTest::halfCopied),
        damage(
            "a file missing",
            "damaged",
            Status.Code.DATA_LOSS,
            folder -> delete(folder.resolve("model.onnx"))),
        damage(
            "not indexed yet",
            "missing",
            Status.Code.NOT_FOUND,
            folder -> delete(folder.resolve("artifact.json"))));
  }

  /** The alias is moved past the service, too: by another instance, whose disk was well. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void aDamagedModelNeverReplacesTheOneThatServes(
      String what, String outcome, Status.Code code, Consumer<Path> damage) {
    // Given
    ModelManifest bad =
        service.announce(TestModels.constant(service.store(), "bad " + what, what.length() / 99.0));
    damage.accept(
        service.store().open(ArtifactKind.MODEL, bad.getVersion()).file("model.onnx").getParent());

    assertNeverServes(bad, outcome, code);
  }

  /** Whole artifacts that are not what the registry says. */
  @Test
  void anotherModelThanTheRegistryTellsNeverReplacesTheOneThatServes() {
    // Given another network under the version
    byte[] told = OnnxFile.constant(TestModels.INPUT_PX, TestModels.labels(0.21));
    byte[] stored = OnnxFile.constant(TestModels.INPUT_PX, TestModels.labels(0.22));
    ModelManifest swapped = TestModels.manifest("swapped", told, manifest -> {});
    service
        .store()
        .publish(
            ArtifactKind.MODEL,
            swapped.getVersion(),
            Map.of(
                "model.onnx",
                ArtifactSource.bytes(stored),
                "manifest.json",
                ArtifactSource.bytes(TestModels.json(swapped))));
    service.announce(swapped);
    assertNeverServes(swapped, "damaged", Status.Code.DATA_LOSS);

    // And given a scheme that the network is not of
    ModelManifest otherScheme =
        service.announce(
            TestModels.publish(
                service.store(), "scheme", told, manifest -> manifest.setScheme("29")));
    assertNeverServes(otherScheme, "unfit", Status.Code.FAILED_PRECONDITION);

    // And given bytes that are no network
    ModelManifest rubbish =
        service.announce(
            TestModels.publish(service.store(), "rubbish", new byte[5000], manifest -> {}));
    assertNeverServes(rubbish, "unfit", Status.Code.FAILED_PRECONDITION);
  }

  private void assertNeverServes(ModelManifest bad, String outcome, Status.Code code) {
    String serving = service.landmarks().detectImage(REQUEST).getModelVersion();
    double before = service.count("facealign.inference.model.loads", "outcome", outcome);

    // When it is promoted, and when the alias is moved all the same
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                service
                    .models()
                    .promoteModel(
                        PromoteModelRequest.newBuilder().setModel(bad.getVersion()).build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(code);
    assertThat(refused.getStatus().getDescription()).contains(bad.getVersion());
    service.assign("champion", bad.getVersion());

    // Then it is tried, counted, and the old one goes on serving
    await()
        .until(
            () ->
                service.count("facealign.inference.model.loads", "outcome", outcome) >= before + 2);
    assertThat(service.landmarks().detectImage(REQUEST).getModelVersion()).isEqualTo(serving);
    assertThat(service.championInMetrics()).isEqualTo(serving);

    // And the alias can be put right
    service.assign("champion", serving);
    assertThat(service.landmarks().detectImage(REQUEST).getModelVersion()).isEqualTo(serving);
  }

  private static void cutOff(Path folder) {
    change(folder, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
  }

  /** As a copy looks that reserved its space first. */
  private static void halfCopied(Path folder) {
    change(folder, bytes -> Arrays.copyOf(Arrays.copyOf(bytes, bytes.length / 2), bytes.length));
  }

  private static void change(Path folder, java.util.function.UnaryOperator<byte[]> change) {
    Path file = folder.resolve("model.onnx");
    try {
      Files.write(file, change.apply(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Arguments damage(
      String what, String outcome, Status.Code code, Consumer<Path> damage) {
    return Arguments.of(what, outcome, code, damage);
  }
}
