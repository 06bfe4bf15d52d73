package dev.facealign.cli.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.landmark.Landmarks;
import dev.facealign.render.FaceRenderer;
import dev.facealign.render.RenderedFace;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectError;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.HeadPose;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.Timings;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DetectCommandTest {
  private static final ByteString PNG =
      ByteString.copyFrom(new byte[] {(byte) 0x89, 'P', 'N', 'G'});

  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final RenderedFace face = new FaceRenderer().render(7, 160);
  private final List<DetectRequest> requests = new CopyOnWriteArrayList<>();
  private final TestServer server;

  DetectCommandTest() throws IOException {
    server = new TestServer(new Service());
  }

  /** Answers with the face that the tests draw; refuses what is no PNG. */
  private final class Service extends LandmarksGrpc.LandmarksImplBase {
    @Override
    public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(DetectRequest request) {
          requests.add(request);
          answers.onNext(answer(request));
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private DetectResponse answer(DetectRequest request) {
    DetectResponse.Builder answer = DetectResponse.newBuilder().setTag(request.getTag());
    if (!request.getImage().startsWith(PNG)) {
      return answer
          .setError(
              DetectError.newBuilder()
                  .setCode(3)
                  .setReason("IMAGE_FORMAT")
                  .setMessage("image: text (expected: JPEG or PNG)"))
          .build();
    }
    if (request.getModel().equals("blind")) {
      return answer.setDetector("opencv-haar").build();
    }
    Landmarks points = face.landmarks();
    dev.facealign.geometry.Box box = points.boundingBox();
    Face.Builder found =
        Face.newBuilder()
            .setScore(0.94f)
            .setBox(
                Box.newBuilder()
                    .setX(box.x())
                    .setY(box.y())
                    .setWidth(box.width())
                    .setHeight(box.height()));
    for (int m = 0; m < points.count(); m++) {
      found.addLandmarks(Landmark.newBuilder().setX((float) points.x(m)).setY((float) points.y(m)));
    }
    if (request.getOptions().getHeadPose()) {
      found.setHeadPose(
          HeadPose.newBuilder().setYawDegrees(12.4f).setPitchDegrees(-3).setRollDegrees(0.6f));
    }
    return answer
        .addFaces(found)
        .setModelVersion("cafe".repeat(16))
        .setScheme("68")
        .setDetector("opencv-haar")
        .setTimings(Timings.newBuilder().setDecodeUs(1000).setComputeUs(6500))
        .build();
  }

  @BeforeEach
  void writePhotos() throws IOException {
    ImageIO.write(face.image(), "png", folder.resolve("face.png").toFile());
    Files.createDirectories(folder.resolve("holiday"));
    ImageIO.write(face.image(), "png", folder.resolve("holiday/face.png").toFile());
    Files.writeString(folder.resolve("note.jpg"), "no photo");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int detect(String... arguments) {
    List<String> all = new ArrayList<>(List.of("detect", "--inference", server.address()));
    all.addAll(Arrays.asList(arguments));
    return console.run(folder, Map.of(), all.toArray(String[]::new));
  }

  @Test
  void tellsPosesOnDemand() {
    assertThat(detect("face.png", "--pose")).isZero();

    assertThat(console.out().get(1)).endsWith("0.94 (yaw 12, pitch -3, roll 1)");
  }

  @Test
  void whereNoFaceIsFoundItsUserHearsWhatToDo() {
    assertThat(detect("face.png", "--model", "blind")).isZero();

    assertThat(console.err().get(1))
        .startsWith("no face was found in 1 photo: ")
        .endsWith("say where a face is with --box X,Y,W,H");
  }

  @Test
  void writesThePictureWithItsPointsAndTheAnswer() throws Exception {
    // When
    int exitCode = detect("face.png", "--out", "results", "--model", "candidate");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).getModel()).isEqualTo("candidate");
    assertThat(console.out().get(0))
        .startsWith("PHOTO")
        .endsWith("FACES   MS  DETECTOR     SCORES");
    assertThat(console.out().get(1)).endsWith("1  7.5  opencv-haar  0.94");
    assertThat(Files.readString(folder.resolve("results/face.json")))
        .contains("\"modelVersion\": \"cafecafe");
    BufferedImage drawn = ImageIO.read(folder.resolve("results/face.landmarks.png").toFile());
    assertThat(drawn.getWidth()).isEqualTo(160);
    int tipX = (int) Math.round(face.landmarks().x(30));
    int tipY = (int) Math.round(face.landmarks().y(30));
    assertThat(drawn.getRGB(tipX, tipY) >> 8 & 0xff)
        .as("green at the nose's tip")
        .isGreaterThan(150);
    assertThat(drawn.getRGB(tipX, tipY)).isNotEqualTo(face.image().getRGB(tipX, tipY));
  }

  @Test
  void aBadPhotoIsNamedAndTheOthersGoOn() {
    // When
    int exitCode = detect("note.jpg", "missing.jpg", "face.png", "holiday", "--out", "results");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.err())
        .contains(
            folder.resolve("note.jpg") + ": image: text (expected: JPEG or PNG)",
            folder.resolve("missing.jpg") + ": no such file (expected: a JPEG or PNG photo)");
    assertThat(folder.resolve("results/face.landmarks.png")).exists();
    assertThat(folder.resolve("results/face-2.landmarks.png")).as("the same name").exists();
    assertThat(console.out()).hasSize(5);
  }

  @Test
  void withoutAPhotoToReadNoServiceIsNeeded() {
    // Given
    String address = server.address();
    server.close();

    // When
    int exitCode = console.run(folder, Map.of(), "detect", "--inference", address, "missing.jpg");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(console.err()).hasSize(2);
    assertThat(console.err().get(0))
        .isEqualTo(
            folder.resolve("missing.jpg") + ": no such file (expected: a JPEG or PNG photo)");
    assertThat(console.err().get(1)).startsWith("0 of 1 photos, 0 faces in ");
  }

  @Test
  void manyPhotosGoThroughOneStream() throws Exception {
    // Given
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < 60; i++) {
      Files.copy(folder.resolve("face.png"), many.resolve("face" + i + ".png"));
    }

    // When
    int exitCode = detect("many", "--json");

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out()).hasSize(60).allMatch(line -> line.startsWith("{\"tag\":"));
  }

  @Test
  void aBoxIsSentAsItIs() {
    // When
    int exitCode = detect("face.png", "--box", "10, 20, 30.5, 40");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests.get(0).getBoxes(0))
        .isEqualTo(Box.newBuilder().setX(10).setY(20).setWidth(30.5).setHeight(40).build());
  }

  @Test
  void aBoxOfTheWrongFormIsRefused() {
    assertThat(detect("face.png", "--box", "10,20,0,40")).isEqualTo(1);
    assertThat(detect("face.png", "holiday", "--box", "10,20,30,40")).isEqualTo(1);
    assertThat(console.err())
        .containsExactly(
            "facealign: --box: 10,20,0,40 (expected: X,Y,W,H in pixels with W and H > 0, such as 120,80,200,240)",
            "facealign: --box: given with 2 photos (expected: with one)");
  }
}
