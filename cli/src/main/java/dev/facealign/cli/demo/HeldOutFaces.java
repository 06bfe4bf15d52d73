package dev.facealign.cli.demo;

import com.google.protobuf.ByteString;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.detect.FacePoints;
import dev.facealign.cli.detect.LandmarkCall;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Some of the held-out faces, looked at once more through Landmarks.Detect as any caller would. */
final class HeldOutFaces {
  private final FaceDataset dataset;
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  HeldOutFaces(FaceDataset dataset) {
    this.dataset = dataset;
  }

  /** Faces for the sheet: from the best to the worst of the report, at equal distances. */
  List<FaceSample> choose(Evaluation report, int count) {
    Map<String, Double> errors = new HashMap<>();
    for (FaceResult face : report.getFacesList()) {
      if (face.hasNme()) {
        errors.put(face.getFaceId(), face.getNme());
      }
    }
    List<FaceSample> measured =
        dataset.faces().stream()
            .filter(face -> face.hasPicture() && errors.containsKey(face.id()))
            .sorted(Comparator.comparingDouble(face -> errors.getOrDefault(face.id(), 1.0)))
            .toList();
    int chosen = Math.min(count, measured.size());
    List<FaceSample> faces = new ArrayList<>();
    for (int i = 0; i < chosen; i++) {
      faces.add(measured.get(chosen == 1 ? 0 : i * (measured.size() - 1) / (chosen - 1)));
    }
    return faces;
  }

  /** What the service finds in the true boxes of these faces, in their order. */
  List<HeldOutFace> detect(List<FaceSample> faces, String model, SuiteConnection connection)
      throws InterruptedException {
    List<HeldOutFace> found = new ArrayList<>();
    Iterator<FaceSample> answered = faces.iterator();
    Iterator<DetectRequest> requests = faces.stream().map(face -> request(face, model)).iterator();
    new LandmarkCall(connection)
        .detect(requests, answer -> found.add(compare(answered.next(), answer)));
    return found;
  }

  private static DetectRequest request(FaceSample face, String model) {
    Box box = face.landmarks().boundingBox();
    return DetectRequest.newBuilder()
        .setImage(ByteString.copyFrom(face.readEncodedPicture()))
        .addBoxes(
            dev.facealign.v1.Box.newBuilder()
                .setX(box.x())
                .setY(box.y())
                .setWidth(box.width())
                .setHeight(box.height()))
        .setModel(model)
        .setTag(face.id())
        .build();
  }

  private HeldOutFace compare(FaceSample face, DetectResponse answer) {
    if (answer.hasError() || answer.getFacesCount() != 1) {
      throw new CommandFailure(
          face.id()
              + ": "
              + (answer.hasError()
                  ? answer.getError().getMessage()
                  : answer.getFacesCount() + " faces (expected: 1, a box was given)"));
    }
    Landmarks predicted = FacePoints.of(answer.getFaces(0));
    double distance =
        Normaliser.defaultOf(dataset.scheme()).distance(dataset.scheme(), face.landmarks());
    return new HeldOutFace(
        face.id(), face.landmarks(), predicted, Nme.of(predicted, face.landmarks(), distance));
  }

  /** A face's picture. */
  BufferedImage picture(FaceSample face) {
    return decoder.decode(face.readEncodedPicture()).toBufferedImage();
  }
}
