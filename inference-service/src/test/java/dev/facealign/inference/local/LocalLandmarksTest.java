package dev.facealign.inference.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Timestamps;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ModelManifest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Landmarks in this process, without broker and ports. */
@Timeout(60)
class LocalLandmarksTest {
  private static final DetectRequest REQUEST =
      DetectRequest.newBuilder()
          .setImage(Pictures.jpeg(120, 90))
          .addBoxes(Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40))
          .build();

  @TempDir Path folder;

  @Test
  void answersByTheNewestModelOfTheFolder() {
    // Given
    ModelManifest newest = model("newest", 0.4, 2);
    ModelManifest older = model("older", 0.2, 1);
    try (LocalLandmarks local = LocalLandmarks.start(folder)) {
      LandmarksGrpc.LandmarksBlockingStub landmarks =
          LandmarksGrpc.newBlockingStub(local.channel());
      // When
      DetectResponse byDefault = landmarks.detectImage(REQUEST);
      DetectResponse byName = landmarks.detectImage(REQUEST.toBuilder().setModel("older").build());
      // Then
      assertThat(byDefault.getModelVersion()).isEqualTo(newest.getVersion());
      assertThat(byName.getModelVersion()).isEqualTo(older.getVersion());
      assertThat(byDefault.getFaces(0).getLandmarksCount()).isEqualTo(TestModels.POINTS);
      // The same centre, twice as large.
      assertThat(width(byDefault))
          .isCloseTo(2 * width(byName), org.assertj.core.data.Offset.offset(0.01));
    }
  }

  @Test
  void refusesAsTheServiceDoes() {
    // Given a folder without a model
    try (LocalLandmarks local = LocalLandmarks.start(folder)) {
      LandmarksGrpc.LandmarksBlockingStub landmarks =
          LandmarksGrpc.newBlockingStub(local.channel());
      // When
      StatusRuntimeException noModel =
          catchThrowableOfType(StatusRuntimeException.class, () -> landmarks.detectImage(REQUEST));
      StatusRuntimeException noPicture =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> landmarks.detectImage(DetectRequest.getDefaultInstance()));
      // Then
      assertThat(noModel.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(noModel.getStatus().getDescription()).contains("no model was published yet");
      assertThat(noPicture.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  private static double width(DetectResponse answer) {
    return answer.getFaces(0).getLandmarksList().stream()
            .mapToDouble(p -> p.getX())
            .max()
            .orElseThrow()
        - answer.getFaces(0).getLandmarksList().stream()
            .mapToDouble(p -> p.getX())
            .min()
            .orElseThrow();
  }

  private ModelManifest model(String name, double size, long seconds) {
    return TestModels.publish(
        new LocalArtifactStore(folder),
        name,
        OnnxFile.constant(TestModels.INPUT_PX, TestModels.labels(size)),
        manifest -> manifest.setCreatedAt(Timestamps.fromSeconds(seconds)));
  }
}
