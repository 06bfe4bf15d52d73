package dev.facealign.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.dataset.table.TableWriter;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.Face;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ListFaceResultsRequest;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelsGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hundred thousand faces in a service whose heap would not hold a tenth of their answers. The
 * dataset is a table of faces in one small picture; the inference service knows no better than to
 * draw points into the box that it is told.
 */
@Tag("faults")
@Timeout(1200)
class ManyFacesTest {

  private static final Logger log = LoggerFactory.getLogger(ManyFacesTest.class);
  private static final int HEAP_MIB = 128;
  private static final int FACES = 100_000;
  private static final String VERSION = "ab".repeat(32);

  @TempDir private Path folder = Path.of("");

  @Test
  void aHundredThousandFacesFitIntoTheHeapOfTenThousand() throws Exception {
    // Given
    write(folder.resolve("datasets/tenth"), FACES / 10);
    write(folder.resolve("datasets/whole"), FACES);
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
        Drawing inference = new Drawing();
        EvaluationProcess service =
            EvaluationProcess.start(
                folder.resolve("log"),
                HEAP_MIB,
                broker.bootstrapServers(),
                inference.address(),
                folder,
                Map.of())) {
      EvaluationsGrpc.EvaluationsBlockingStub client = service.client();

      // When
      Evaluation tenth = evaluate(client, "tenth");
      long residentAfterTenth = residentMib(service);
      Evaluation whole = evaluate(client, "whole");
      long resident = residentMib(service);
      Evaluation again = evaluate(client, "whole");
      log.info(
          "resident_mib after_{}={} after_{}={} faces_per_second={} and {}",
          FACES / 10,
          residentAfterTenth,
          FACES,
          resident,
          Math.round(tenth.getFacesPerSecond()),
          Math.round(whole.getFacesPerSecond()));

      // Then: it is all there
      assertThat(whole.getSubsets(0).getFaces()).isEqualTo(FACES);
      assertThat(whole.getSubsets(0).getInvalid()).isZero();
      assertThat(whole.getCertainty().getFaces()).isEqualTo(FACES);
      assertThat(whole.getFacesLeftOut()).isTrue();
      assertThat(whole.getFacesCount()).isZero();
      assertThat(tenth.getFacesLeftOut()).isTrue();
      assertThat(
              client.getEvaluation(
                  GetEvaluationRequest.newBuilder()
                      .setEvaluationId(whole.getEvaluationId())
                      .build()))
          .isEqualTo(whole);
      assertThat(listed(client, whole)).isEqualTo(FACES);
      CompareEvaluationsResponse compared =
          client.compareEvaluations(
              CompareEvaluationsRequest.newBuilder()
                  .addEvaluationIds(whole.getEvaluationId())
                  .addEvaluationIds(again.getEvaluationId())
                  .build());
      assertThat(compared.getDifferenceToFirst(1).getFaces()).isEqualTo(FACES);
      assertThat(compared.getDifferenceToFirst(1).getMean()).isZero();

      // Then: ten times the faces took hardly more memory
      assertThat(resident).isLessThan(residentAfterTenth + 64);
    }
  }

  private static Evaluation evaluate(EvaluationsGrpc.EvaluationsBlockingStub client, String name) {
    Evaluation report = Evaluation.getDefaultInstance();
    Iterator<EvaluateProgress> messages =
        client.evaluate(
            EvaluateRequest.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName(name))
                .setModel(VERSION)
                .build());
    while (messages.hasNext()) {
      report = messages.next().getResult();
    }
    return report;
  }

  private static int listed(EvaluationsGrpc.EvaluationsBlockingStub client, Evaluation report) {
    Iterator<FaceResult> faces =
        client.listFaceResults(
            ListFaceResultsRequest.newBuilder().setEvaluationId(report.getEvaluationId()).build());
    int listed = 0;
    while (faces.hasNext()) {
      assertThat(faces.next().getPredictedCount()).isEqualTo(136);
      listed++;
    }
    return listed;
  }

  /** The most that the process ever had in memory. */
  private static long residentMib(EvaluationProcess service) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(service.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private static void write(Path dataset, int faces) throws IOException {
    Files.createDirectories(dataset);
    ImageIO.write(
        new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
        "png",
        dataset.resolve("picture.png").toFile());
    try (TableWriter table =
        new TableWriter(dataset.resolve("test.csv"), LandmarkScheme.IBUG_68, false, false)) {
      for (int face = 0; face < faces; face++) {
        table.write(
            "picture.png",
            points(new Box(face % 97, face % 89, 40 + face % 83, 50 + face % 79)),
            Optional.empty(),
            new BitSet());
      }
    }
  }

  /** 68 points all over a box, to its edges. */
  private static Landmarks points(Box box) {
    double[] xy = new double[136];
    for (int m = 0; m < 68; m++) {
      double angle = 2 * Math.PI * m / 68;
      xy[2 * m] = Math.rint(10 * (box.centreX() + box.width() / 2 * Math.cos(angle))) / 10;
      xy[2 * m + 1] = Math.rint(10 * (box.centreY() + box.height() / 2 * Math.sin(angle))) / 10;
    }
    return Landmarks.of(xy);
  }

  /** An inference service that draws the points anew, some way off, and says how far. */
  private static final class Drawing implements AutoCloseable {
    private final Server server;

    Drawing() throws IOException {
      server =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .addService(new Detecting())
              .addService(new Knowing())
              .build()
              .start();
    }

    String address() {
      return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }

  private static final class Detecting extends LandmarksGrpc.LandmarksImplBase {
    @Override
    public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(DetectRequest request) {
          Face.Builder face = Face.newBuilder().setBox(request.getBoxes(0));
          double off = 1 + Integer.parseInt(request.getTag()) % 61 / 20.0;
          Box box =
              new Box(
                  request.getBoxes(0).getX() + off,
                  request.getBoxes(0).getY(),
                  request.getBoxes(0).getWidth(),
                  request.getBoxes(0).getHeight());
          Landmarks points = points(box);
          for (int m = 0; m < 68; m++) {
            face.addLandmarks(
                Landmark.newBuilder()
                    .setX((float) points.x(m))
                    .setY((float) points.y(m))
                    .setExpectedError((float) (off + m % 7 / 10.0)));
          }
          answers.onNext(
              DetectResponse.newBuilder()
                  .setTag(request.getTag())
                  .setModelVersion(VERSION)
                  .addFaces(face)
                  .build());
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private static final class Knowing extends ModelsGrpc.ModelsImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<Model> answer) {
      answer.onNext(
          Model.newBuilder()
              .setManifest(
                  ModelManifest.newBuilder().setVersion(VERSION).setName("drawing").setScheme("68"))
              .build());
      answer.onCompleted();
    }
  }
}
