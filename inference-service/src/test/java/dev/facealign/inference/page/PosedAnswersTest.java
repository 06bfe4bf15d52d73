package dev.facealign.inference.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.pose.HeadPoseEstimator;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PosedAnswersTest {
  private static final DetectRequest REQUEST =
      DetectRequest.newBuilder().setImage(ByteString.copyFromUtf8("picture")).build();

  private final List<DetectRequest> asked = new ArrayList<>();

  /** What the service does with requests, one after the other. */
  @SafeVarargs
  private PosedAnswers service(Supplier<DetectResponse>... does) {
    return new PosedAnswers(
        request -> {
          asked.add(request);
          return CompletableFuture.supplyAsync(does[asked.size() - 1], Runnable::run)
              .thenApply(answer -> answer);
        });
  }

  @Test
  void asksForPosesAtOnce() {
    // Given
    DetectResponse answer = DetectResponse.newBuilder().setModelVersion("a").build();

    // Then
    assertThat(service(() -> answer).answer(REQUEST).join()).isEqualTo(answer);
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).getOptions().getHeadPose()).isTrue();
  }

  @Test
  void asksAgainWhereTheSchemeHasNoPose() {
    // Given
    DetectResponse answer = DetectResponse.newBuilder().setModelVersion("a").build();
    PosedAnswers service =
        service(
            () -> {
              new HeadPoseEstimator().requireScheme(LandmarkScheme.COFW_29);
              return answer;
            },
            () -> answer);

    // Then
    assertThat(service.answer(REQUEST).join()).isEqualTo(answer);
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1)).isEqualTo(REQUEST);
  }

  @Test
  void anUnreadablePictureIsReadOnce() {
    // Given
    PosedAnswers service =
        service(
            () -> {
              throw FaultException.invalid("image", "3 bytes", "JPEG or PNG");
            });

    // Then
    assertThatThrownBy(() -> service.answer(REQUEST).join()).hasMessageContaining("JPEG or PNG");
    assertThat(asked).hasSize(1);
  }
}
