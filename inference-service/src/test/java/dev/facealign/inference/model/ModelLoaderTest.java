package dev.facealign.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.BatchSettings;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.CertaintyCalibration;
import dev.facealign.v1.LabelConvention;
import dev.facealign.v1.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelLoaderTest {
  private static final float[] LABELS = TestModels.labels(0.4);

  @TempDir Path folder;
  private LocalArtifactStore store;
  private ModelLoader loader;

  @BeforeEach
  void open() {
    store = new LocalArtifactStore(folder);
    loader =
        new ModelLoader(
            store,
            new NetworkSettings(1, false),
            new BatchSettings(8, Duration.ZERO, Duration.ofSeconds(1), 1, 8));
  }

  @Test
  void loadsAModelThatKeepsItsWord() {
    // Given
    ModelManifest manifest = TestModels.constant(store, "good", 0.4);

    // When
    LoadedModel model = loader.load(manifest);

    // Then
    assertThat(model.version()).isEqualTo(manifest.getVersion());
    assertThat(model.scheme().id()).isEqualTo("68");
    assertThat(model.cropPolicy()).isEqualTo(CropPolicy.SQUARE_V1);
    assertThat(model.network().inputSizePx()).isEqualTo(TestModels.INPUT_PX);
    model.release();
  }

  @Test
  void servesASchemeThatOnlyTheModelBrings() {
    // Given
    LandmarkScheme own = LandmarkScheme.unnamed("own", 68);
    ModelManifest manifest =
        TestModels.publish(
            store,
            "own",
            OnnxFile.constant(TestModels.INPUT_PX, LABELS),
            m -> m.setScheme("own").setLandmarkScheme(SchemeContract.toProto(own)));

    // When
    LoadedModel model = loader.load(manifest);

    // Then
    assertThat(model.scheme()).isEqualTo(own);
    model.release();
  }

  @Test
  void loadsAModelWhosePointsAreGoodAndExpectedErrorsAreNone() {
    // Given
    float[] errors = new float[TestModels.POINTS];
    Arrays.fill(errors, Float.NaN);
    ModelManifest manifest =
        TestModels.publish(
            store,
            "unsure",
            OnnxFile.constantWithErrors(TestModels.INPUT_PX, LABELS, errors),
            m -> m.setCertainty(CertaintyCalibration.newBuilder().setSlope(1)));

    // When
    LoadedModel model = loader.load(manifest);

    // Then
    assertThat(model.network().tellsExpectedErrors()).isTrue();
    model.release();
  }

  static Stream<Arguments> unfitModels() {
    byte[] good = OnnxFile.constant(TestModels.INPUT_PX, LABELS);
    float[] short66 = Arrays.copyOf(LABELS, 132);
    return Stream.of(
        unfit("another scheme", good, m -> m.setScheme("29"), "29"),
        unfit("an unknown scheme", good, m -> m.setScheme("98"), "98"),
        unfit(
            "a scheme that is not what ships under its name",
            good,
            m -> m.setLandmarkScheme(SchemeContract.toProto(LandmarkScheme.unnamed("68", 68))),
            "the scheme that ships as 68"),
        unfit("another number of points", good, m -> m.setLandmarkCount(66), "66"),
        unfit("another input size", good, m -> m.setInputSizePx(64), "64"),
        unfit("no input size", good, m -> m.setInputSizePx(0), "input_size_px: 0"),
        unfit("a giant input", good, m -> m.setInputSizePx(100_000), "100000"),
        unfit("an unknown crop policy", good, m -> m.setCropPolicyValue(77), "77"),
        unfit(
            "an unknown label convention",
            good,
            m -> m.setLabelConvention(LabelConvention.LABEL_CONVENTION_UNSPECIFIED),
            "label_convention"),
        unfit("no network among its files", good, ModelManifest.Builder::clearFiles, "model.onnx"),
        unfit(
            "fewer outputs than points",
            OnnxFile.constant(TestModels.INPUT_PX, short66),
            m -> {},
            "136"),
        unfit(
            "expected errors of fewer points",
            OnnxFile.constantWithErrors(TestModels.INPUT_PX, LABELS, 0.1f, 0.2f),
            m -> {},
            "expected_error"),
        unfit(
            "figures of expected errors that the network does not tell",
            good,
            m -> m.setCertainty(CertaintyCalibration.newBuilder().setSlope(1)),
            "expected_error"),
        unfit("a network that is none", new byte[] {1, 2, 3}, m -> {}, "cannot be read"),
        unfit(
            "NaN in its trial run",
            OnnxFile.constant(TestModels.INPUT_PX, withNaN()),
            m -> {},
            "NaN"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfitModels")
  void refusesAModelThatDoesNotKeepItsWord(
      String what, byte[] onnx, Consumer<ModelManifest.Builder> change, String named) {
    // Given
    ModelManifest manifest = TestModels.publish(store, "unfit", onnx, change);

    // When / Then
    assertThatThrownBy(() -> loader.load(manifest))
        .as(what)
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.FAILED_PRECONDITION);
              assertThat(e.reason()).isEqualTo("MODEL_UNFIT");
              assertThat(e).hasMessageContaining(named);
            });
  }

  @Test
  void refusesBytesThatChangedOnDisk() throws IOException {
    // Given
    ModelManifest manifest = TestModels.constant(store, "good", 0.4);
    Path file = folder.resolve("models").resolve(manifest.getVersion()).resolve("model.onnx");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    // When / Then
    assertThatThrownBy(() -> loader.load(manifest))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.DATA_LOSS);
              assertThat(e).hasMessageContaining("model.onnx").hasMessageContaining("sha256");
            });
  }

  @Test
  void refusesAnArtifactThatTheRegistryDoesNotMean() {
    // Given an artifact that is whole, but holds another network than the registry tells of
    byte[] told = OnnxFile.constant(TestModels.INPUT_PX, LABELS);
    byte[] stored = OnnxFile.constant(TestModels.INPUT_PX, TestModels.labels(0.3));
    ModelManifest manifest = TestModels.manifest("swapped", told, m -> {});
    publish(manifest, stored, manifest);

    // When / Then
    assertDamaged(manifest, "model.onnx");
  }

  @Test
  void refusesAnArtifactWhoseOwnManifestMeansAnother() {
    // Given
    byte[] onnx = OnnxFile.constant(TestModels.INPUT_PX, LABELS);
    ModelManifest manifest = TestModels.manifest("twofold", onnx, m -> {});
    publish(
        manifest,
        onnx,
        manifest.toBuilder()
            .setCropPolicy(dev.facealign.v1.CropPolicy.CROP_POLICY_STRETCH_V1)
            .build());

    // When / Then
    assertDamaged(manifest, "crop_policy");
  }

  @Test
  void saysThatAnArtifactIsNotThere() {
    ModelManifest manifest =
        TestModels.manifest("absent", OnnxFile.constant(TestModels.INPUT_PX, LABELS), m -> {});
    assertThatThrownBy(() -> loader.load(manifest))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.NOT_FOUND));
  }

  private void publish(ModelManifest manifest, byte[] onnx, ModelManifest stored) {
    store.publish(
        ArtifactKind.MODEL,
        manifest.getVersion(),
        Map.of(
            "model.onnx",
            ArtifactSource.bytes(onnx),
            "manifest.json",
            ArtifactSource.bytes(TestModels.json(stored))));
  }

  private void assertDamaged(ModelManifest manifest, String named) {
    assertThatThrownBy(() -> loader.load(manifest))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.DATA_LOSS);
              assertThat(e.reason()).isEqualTo("ARTIFACT_DAMAGED");
              assertThat(e).hasMessageContaining(named);
            });
  }

  private static Arguments unfit(
      String what, byte[] onnx, Consumer<ModelManifest.Builder> change, String named) {
    return Arguments.of(what, onnx, change, named);
  }

  private static float[] withNaN() {
    float[] labels = LABELS.clone();
    labels[17] = Float.NaN;
    return labels;
  }
}
