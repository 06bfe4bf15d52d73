package dev.facealign.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.batch.BatchSettings;
import dev.facealign.inference.face.DetectorSettings;
import dev.facealign.inference.finding.AdmissionSettings;
import dev.facealign.inference.finding.PreparationSettings;
import dev.facealign.inference.model.ModelSettings;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.inference.network.Precision;
import dev.facealign.inference.picture.PictureSettings;
import dev.facealign.inference.shadow.ShadowSettings;
import dev.facealign.inference.stream.StreamSettings;
import dev.facealign.inference.track.TrackingSettings;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDefaultsAreTheSameInTheFileAndInTheCode(boolean file, @TempDir Path folder) {
    // Given the service's settings with and without its application.yml; nothing listens anywhere
    Map<String, Object> required =
        Map.of(
            "facealign.kafka.bootstrap-servers",
            "127.0.0.1:1",
            "facealign.artifacts.root",
            folder.toString());
    try (ApplicationContext context =
        ApplicationContext.builder()
            .properties(required)
            .enableDefaultPropertySources(file)
            .start()) {
      // Then
      assertThat(context.getBean(PictureSettings.class))
          .isEqualTo(new PictureSettings(16 << 20, 16_384, 50_000_000, 64));
      assertThat(context.getBean(DetectorSettings.class))
          .isEqualTo(new DetectorSettings(480, 0.0625, true));
      assertThat(context.getBean(PreparationSettings.class))
          .isEqualTo(new PreparationSettings(0, 256, 256 << 20, 200_000_000));
      assertThat(context.getBean(BatchSettings.class))
          .isEqualTo(new BatchSettings(8, Duration.ZERO, Duration.ofMillis(20), 0, 256));
      assertThat(context.getBean(AdmissionSettings.class))
          .isEqualTo(new AdmissionSettings(Duration.ofMillis(50)));
      assertThat(context.getBean(NetworkSettings.class))
          .isEqualTo(new NetworkSettings(1, false, Precision.FLOAT32));
      assertThat(context.getBean(ModelSettings.class))
          .isEqualTo(
              new ModelSettings(
                  3, Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(30)));
      assertThat(context.getBean(ShadowSettings.class))
          .isEqualTo(new ShadowSettings(false, "candidate", 0.1));
      assertThat(context.getBean(StreamSettings.class))
          .isEqualTo(new StreamSettings(16, 32 << 20, Duration.ofSeconds(10)));
      assertThat(context.getBean(TrackingSettings.class))
          .isEqualTo(
              new TrackingSettings(
                  0.3,
                  Duration.ofSeconds(1),
                  30,
                  Duration.ofSeconds(1),
                  30,
                  Duration.ofSeconds(2),
                  64));
      if (file) {
        assertThat(context.getProperty("grpc.server.max-inbound-message-size", Integer.class))
            .contains(20 << 20);
      }
    }
  }

  static Stream<Arguments> badSettings() {
    Duration second = Duration.ofSeconds(1);
    return Stream.of(
        bad(() -> new PictureSettings(0, 1, 1, 1), "pictures.max-bytes: 0"),
        bad(() -> new PictureSettings(1, 70_000, 1, 1), "pictures.max-side-px: 70000"),
        bad(() -> new PictureSettings(1, 1, -1, 1), "pictures.max-pixels: -1"),
        bad(() -> new PictureSettings(1, 1, 1, 0), "pictures.max-faces: 0"),
        bad(() -> new DetectorSettings(63, 0.1, true), "detector.max-side-px: 63"),
        bad(() -> new DetectorSettings(480, 0, true), "detector.min-face-share: 0.0"),
        bad(() -> new DetectorSettings(480, Double.NaN, true), "detector.min-face-share: NaN"),
        bad(() -> new PreparationSettings(-1, 1, 1, 1_000_000), "preparation.threads: -1"),
        bad(() -> new PreparationSettings(1, 0, 1, 1_000_000), "preparation.queue-capacity: 0"),
        bad(() -> new PreparationSettings(1, 1, 0, 1_000_000), "preparation.max-bytes-waiting: 0"),
        bad(() -> new PreparationSettings(1, 1, 1, 1), "preparation.max-pixels-in-flight: 1"),
        bad(() -> new AdmissionSettings(Duration.ZERO), "admission.max-wait: PT0S"),
        bad(() -> new BatchSettings(0, Duration.ZERO, second, 0, 8), "batch.max-size: 0"),
        bad(() -> new BatchSettings(8, second.negated(), second, 0, 8), "batch.max-wait: PT-1S"),
        bad(() -> new BatchSettings(8, Duration.ZERO, Duration.ZERO, 0, 8), "batch.max-run: PT0S"),
        bad(() -> new BatchSettings(8, Duration.ZERO, second, -1, 8), "batch.runs: -1"),
        bad(() -> new BatchSettings(8, Duration.ZERO, second, 0, 7), "batch.queue-capacity: 7"),
        bad(() -> new NetworkSettings(0, false, Precision.FLOAT32), "network.threads: 0"),
        bad(() -> new ModelSettings(0, second, second, second), "models.kept: 0"),
        bad(
            () -> new ModelSettings(1, Duration.ZERO, second, second),
            "models.retry-failed-after: PT0S"),
        bad(
            () -> new ModelSettings(1, second, Duration.ZERO, second),
            "models.retry-failed-at-most: PT0S"),
        bad(
            () -> new ModelSettings(1, second, second, second.negated()),
            "models.promotion-timeout: PT-1S"),
        bad(
            () -> new TrackingSettings(1, second, 1, second, 1, second, 1),
            "tracking.min-score: 1.0"),
        bad(
            () -> new TrackingSettings(0.5, Duration.ZERO, 1, second, 1, second, 1),
            "tracking.search-every: PT0S"),
        bad(
            () -> new TrackingSettings(0.5, second, 0, second, 1, second, 1),
            "tracking.search-every-pictures: 0"),
        bad(
            () -> new TrackingSettings(0.5, second, 1, second.negated(), 1, second, 1),
            "tracking.keep-lost: PT-1S"),
        bad(
            () -> new TrackingSettings(0.5, second, 1, second, -1, second, 1),
            "tracking.keep-lost-pictures: -1"),
        bad(
            () -> new TrackingSettings(0.5, second, 1, second, 1, Duration.ZERO, 1),
            "tracking.max-gap: PT0S"),
        bad(
            () -> new TrackingSettings(0.5, second, 1, second, 1, second, 0),
            "tracking.max-tracks: 0"),
        bad(() -> new ShadowSettings(true, "a b", 0.1), "shadow.alias: a b"),
        bad(() -> new ShadowSettings(true, "candidate", 0), "shadow.share: 0.0"),
        bad(() -> new ShadowSettings(true, "candidate", 1.5), "shadow.share: 1.5"),
        bad(() -> new ShadowSettings(true, "candidate", Double.NaN), "shadow.share: NaN"),
        bad(() -> new StreamSettings(0, 1, second), "streams.max-in-flight: 0"),
        bad(() -> new StreamSettings(1, 0, second), "streams.max-bytes-in-flight: 0"),
        bad(() -> new StreamSettings(1, 1, second.negated()), "streams.drain-timeout: PT-1S"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("badSettings")
  void valuesThatCannotWorkAreRefusedByName(ThrowingCallable settings, String named) {
    assertThatThrownBy(settings)
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("facealign.inference." + named + " (expected: ");
  }

  private static Arguments bad(ThrowingCallable settings, String named) {
    return Arguments.of(settings, named);
  }
}
