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
import dev.facealign.inference.network.Precision;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.CertaintyCalibration;
import dev.facealign.v1.LabelConvention;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.QuantizedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelLoaderTest {
  private static final float[] LABELS = TestModels.labels(0.4);

  @TempDir Path folder;
  private LocalArtifactStore store;
  private ModelLoader loader;

  @BeforeEach
  void open() {
    store = new LocalArtifactStore(folder);
    loader = loader(Precision.FLOAT32);
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

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, true, FLOAT32, 0.4",
    "INT8, true, INT8, 0.3",
    "INT8, false, FLOAT32, 0.4", // not offered
  })
  void runsTheNetworkThatIsConfiguredWhereTheModelOffersIt(
      Precision configured, boolean offered, Precision runs, double size) {
    // Given
    ModelManifest manifest = TestModels.withInt8(store, "both", 0.4, 0.3, offered);

    // When
    LoadedModel model = loader(configured).load(manifest);

    // Then
    assertThat(model.precision()).isEqualTo(runs);
    float[] crop = new float[3 * TestModels.INPUT_PX * TestModels.INPUT_PX];
    assertThat(model.network().run(List.of(crop)).get(0).labels())
        .containsExactly(TestModels.labels(size));
    model.release();
  }

  @Test
  void runsInFloatingPointWhereNothingElseWasMade() {
    // Given
    ModelManifest manifest = TestModels.constant(store, "plain", 0.4);
    // When
    LoadedModel model = loader(Precision.INT8).load(manifest);
    // Then
    assertThat(model.precision()).isEqualTo(Precision.FLOAT32);
    model.release();
  }

  @Test
  void refusesAnEightBitNetworkThatIsNone() {
    // Given one that answers NaN, one that is no network, and one that is missing
    float[] nan = new float[2 * TestModels.POINTS];
    Arrays.fill(nan, Float.NaN);
    ModelManifest silent =
        TestModels.withInt8(
            store, "silent", 0.4, OnnxFile.constant(TestModels.INPUT_PX, nan), true);
    ModelManifest broken = TestModels.withInt8(store, "broken", 0.4, new byte[] {1, 2, 3}, true);
    ModelManifest missing =
        TestModels.publish(
            store,
            "missing",
            OnnxFile.constant(TestModels.INPUT_PX, LABELS),
            m -> m.setInt8(QuantizedNetwork.newBuilder().setOffered(true)));
    // Then none of them is loaded, nor the network in floating point instead
    ModelLoader int8 = loader(Precision.INT8);
    assertUnfit(int8, silent, "output 0 of the trial run is NaN");
    assertUnfit(int8, broken, "model.int8.onnx cannot be read");
    assertUnfit(int8, missing, "files: without model.int8.onnx");
  }

  @Test
  void refusesAnEightBitNetworkWhoseBytesChanged() throws IOException {
    // Given
    ModelManifest manifest = TestModels.withInt8(store, "changed", 0.4, 0.3, true);
    Path file = store.open(ArtifactKind.MODEL, manifest.getVersion()).file("model.int8.onnx");
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    // Then
    assertThatThrownBy(() -> loader(Precision.INT8).load(manifest))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.DATA_LOSS))
        .hasMessageContaining("model.int8.onnx");
  }

  private ModelLoader loader(Precision precision) {
    return new ModelLoader(
        store,
        new NetworkSettings(1, false, precision),
        new BatchSettings(8, Duration.ZERO, Duration.ofSeconds(1), 1, 8));
  }

  private static void assertUnfit(ModelLoader loader, ModelManifest manifest, String named) {
    assertThatThrownBy(() -> loader.load(manifest))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.reason()).isEqualTo("MODEL_UNFIT"))
        .hasMessageContaining(named);
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
