package dev.facealign.inference.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.Box;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.GetShadowComparisonRequest;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromoteModelRequest;
import dev.facealign.v1.ShadowComparison;
import java.awt.Color;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shadow traffic in the real service, with real promotions. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShadowTrafficTest {
  private static final Box BOX =
      Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40).build();
  private static final double DIAGONAL = Math.hypot(60, 40);
  private static final DetectRequest REQUEST =
      DetectRequest.newBuilder().setImage(Pictures.jpeg(120, 90)).addBoxes(BOX).build();

  private EmbeddedBroker broker;
  private RunningService service;
  private ModelManifest champion;

  @BeforeAll
  void start(@TempDir Path folder) {
    broker = EmbeddedBroker.startTemporary();
    service =
        RunningService.start(
            broker.bootstrapServers(),
            folder,
            Map.of(
                "facealign.inference.shadow.enabled",
                true,
                "facealign.inference.shadow.share",
                0.5));
    assertThat(comparison().getUnable()).isEqualTo("no champion serves yet");
    champion = announce("champion", 0.4, OnnxFile::constant);
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  @BeforeEach
  void championServes() {
    promote(champion, "champion");
  }

  @Test
  void tellsHowFarTheOtherModelsPointsLieApart() throws Exception {
    // Given a model of another crop and input size, and so of other points for the same labels
    ModelManifest other =
        service.announce(
            TestModels.publish(
                service.store(),
                "stretch",
                OnnxFile.constant(16, TestModels.labels(0.42)),
                manifest ->
                    manifest.setInputSizePx(16).setCropPolicy(CropPolicy.CROP_POLICY_STRETCH_V1)));
    promote(other, "candidate");
    double counted = compared();

    // When forty faces are answered, half of which are to be tried
    answer(20, REQUEST.toBuilder().addBoxes(BOX).build());

    // Then
    ShadowComparison comparison = settled(20);
    assertThat(comparison.getChampionVersion()).isEqualTo(champion.getVersion());
    assertThat(comparison.getVersion()).isEqualTo(other.getVersion());
    assertThat(comparison.getAlias()).isEqualTo("candidate");
    assertThat(comparison.getShare()).isEqualTo(0.5);
    assertThat(comparison.getUnable()).isEmpty();
    assertThat(comparison.getFaces()).isPositive();
    assertThat(comparison.getFailed()).isZero();
    double expected = difference(0.4, 69, 69, 0.42, 80, 60);
    Offset<Double> close = Offset.offset(1e-5);
    assertThat(comparison.getDifference().getMean()).isCloseTo(expected, close);
    assertThat(comparison.getDifference().getLargest()).isCloseTo(expected, close);
    assertThat(comparison.getDifference().getMedian()).isCloseTo(expected, close);
    assertThat(comparison.getDifference().getPercentile95()).isCloseTo(expected, close);
    assertThat(comparison.getDifference().hasChampionExpectedError()).isFalse();
    assertThat(compared() - counted).isEqualTo((double) comparison.getFaces());
  }

  @Test
  void tellsWhatBothModelsExpectToBeOff() throws Exception {
    // Given two models that tell expected errors
    ModelManifest sure = announce("sure", 0.4, unsure(0.02f));
    promote(sure, "champion");
    promote(announce("unsure", 0.4, unsure(0.05f)), "candidate");

    // When
    answer(8, REQUEST);

    // Then, as shares of the diagonal
    ShadowComparison comparison = settled(4);
    assertThat(comparison.getDifference().getMean()).isZero();
    Offset<Double> close = Offset.offset(1e-6);
    assertThat(comparison.getDifference().getChampionExpectedError())
        .isCloseTo(0.02 * 69 / DIAGONAL, close);
    assertThat(comparison.getDifference().getShadowExpectedError())
        .isCloseTo(0.05 * 69 / DIAGONAL, close);
  }

  @Test
  void beginsAnewWhenEitherVersionChanges() throws Exception {
    // Given
    ModelManifest first = announce("first", 0.41, OnnxFile::constant);
    promote(first, "candidate");
    answer(4, REQUEST);
    assertThat(settled(2).getVersion()).isEqualTo(first.getVersion());

    // When the candidate changes
    ModelManifest second = announce("second", 0.45, OnnxFile::constant);
    promote(second, "candidate");

    // Then
    assertThat(comparison().getVersion()).isEqualTo(second.getVersion());
    assertThat(comparison().getFaces()).isZero();
    assertThat(comparison().hasDifference()).isFalse();
    answer(4, REQUEST);
    assertThat(settled(2).getDifference().getMean())
        .isCloseTo(difference(0.4, 69, 69, 0.45, 69, 69), Offset.offset(1e-5));

    // And when it becomes the champion itself
    promote(second, "champion");
    answer(4, REQUEST);
    assertThat(comparison().getUnable())
        .isEqualTo("the alias candidate points at the champion itself");
    assertThat(comparison().getFaces()).isZero();
  }

  @Test
  void saysWhyModelsCannotBeCompared() throws Exception {
    // Given a model of another scheme
    LandmarkScheme own = LandmarkScheme.unnamed("own", 68);
    ModelManifest other =
        service.announce(
            TestModels.publish(
                service.store(),
                "other scheme",
                OnnxFile.constant(TestModels.INPUT_PX, TestModels.labels(0.4)),
                m -> m.setScheme("own").setLandmarkScheme(SchemeContract.toProto(own))));
    promote(other, "candidate");

    // When
    answer(4, REQUEST);

    // Then
    assertThat(comparison().getUnable()).isEqualTo("scheme: own (expected: 68, the champion's)");
    assertThat(comparison().getFaces()).isZero();
    assertThat(comparison().getSkipped()).isZero();
  }

  @Test
  void aModelThatFailsInTheShadowIsSeenByNobodyElse() throws Exception {
    // Given a model that answers NaN for dark pictures
    promote(
        announce("fragile", 0.4, (size, labels) -> OnnxFile.nanWhenDark(size, labels)),
        "candidate");
    ByteString dark = Pictures.plain("png", 120, 90, Color.BLACK);

    // When
    List<DetectResponse> answers = answer(8, REQUEST.toBuilder().setImage(dark).build());

    // Then
    ShadowComparison comparison = settled(4);
    assertThat(comparison.getFailed()).isPositive();
    assertThat(comparison.getFaces()).isZero();
    assertThat(comparison.hasDifference()).isFalse();
    assertThat(answers).allMatch(answer -> answer.getFacesCount() == 1);
  }

  @Test
  void callersComeFirst() throws Exception {
    // Given a service that is kept busy from before the champion's faces until after them
    promote(announce("patient", 0.41, OnnxFile::constant), "candidate");
    ModelManifest slow = announce("slow", 0.4, (size, labels) -> OnnxFile.slow(size, 100, labels));
    DetectRequest busy =
        REQUEST.toBuilder()
            .setModel(slow.getVersion())
            .clearBoxes()
            .addAllBoxes(Collections.nCopies(24, BOX))
            .build();
    service.landmarks().detectImage(REQUEST.toBuilder().setModel(slow.getVersion()).build());

    // When more faces are chosen than may wait
    Detecting stream = Detecting.open(service.streaming()).send(busy);
    for (int i = 0; i < 13; i++) {
      stream.send(REQUEST.toBuilder().addAllBoxes(Collections.nCopies(3, BOX)).build());
    }
    List<DetectResponse> answers = stream.send(busy).finish();

    // Then all callers are answered, and what found no room is counted
    assertThat(answers).hasSize(15).noneMatch(DetectResponse::hasError);
    assertThat(settled(26).getSkipped()).isPositive();
    assertThat(service.count("facealign.inference.shadow.faces", "outcome", "skipped"))
        .isPositive();
  }

  private interface Network {
    byte[] of(int inputSizePx, float... labels);
  }

  private static Network unsure(float error) {
    return (size, labels) -> {
      float[] errors = new float[TestModels.POINTS];
      Arrays.fill(errors, error);
      return OnnxFile.constantWithErrors(size, labels, errors);
    };
  }

  private ModelManifest announce(String name, double size, Network network) {
    Consumer<ModelManifest.Builder> unchanged = manifest -> {};
    return service.announce(
        TestModels.publish(
            service.store(),
            name,
            network.of(TestModels.INPUT_PX, TestModels.labels(size)),
            unchanged));
  }

  private void promote(ModelManifest model, String alias) {
    String promoted =
        service
            .models()
            .promoteModel(
                PromoteModelRequest.newBuilder()
                    .setModel(model.getVersion())
                    .setAlias(alias)
                    .build())
            .getVersion();
    assertThat(promoted).isEqualTo(model.getVersion());
  }

  private List<DetectResponse> answer(int times, DetectRequest request) throws Exception {
    Detecting stream = Detecting.open(service.streaming());
    for (int i = 0; i < times; i++) {
      stream.send(request);
    }
    List<DetectResponse> answers = stream.finish();
    assertThat(answers).hasSize(times).noneMatch(DetectResponse::hasError);
    return answers;
  }

  private ShadowComparison comparison() {
    return service.models().getShadowComparison(GetShadowComparisonRequest.getDefaultInstance());
  }

  /** The comparison when so many chosen faces were compared, left out or failed. */
  private ShadowComparison settled(long chosen) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              ShadowComparison now = comparison();
              assertThat(now.getFaces() + now.getSkipped() + now.getFailed()).isEqualTo(chosen);
            });
    return comparison();
  }

  private double compared() {
    return service.count("facealign.inference.shadow.faces", "outcome", "compared");
  }

  /** Mean distance of two ellipses' points that were cropped by regions of these sides. */
  private static double difference(
      double one, double oneWidth, double oneHeight, double other, double width, double height) {
    float[] a = TestModels.labels(one);
    float[] b = TestModels.labels(other);
    double sum = 0;
    for (int m = 0; m < TestModels.POINTS; m++) {
      sum +=
          Math.hypot(
              a[2 * m] * oneWidth - b[2 * m] * width,
              a[2 * m + 1] * oneHeight - b[2 * m + 1] * height);
    }
    return sum / TestModels.POINTS / DIAGONAL;
  }
}
