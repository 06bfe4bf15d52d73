package dev.facealign.cli.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.crop.CropPolicy;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.render.FaceRenderer;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.GetShapeModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ListShapeModelsResponse;
import dev.facealign.v1.ShapeAlignment;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

@Timeout(60)
class ShapeCommandTest {
  private static final String VERSION = "cafe".repeat(16);

  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final Service service = new Service();

  private static final class Service extends ShapeModelsGrpc.ShapeModelsImplBase {
    private FitShapeModelRequest asked = FitShapeModelRequest.getDefaultInstance();

    @Override
    public void fitShapeModel(
        FitShapeModelRequest request, StreamObserver<FitShapeModelProgress> answer) {
      asked = request;
      answer.onNext(FitShapeModelProgress.newBuilder().setResult(summary()).build());
      answer.onCompleted();
    }

    @Override
    public void listShapeModels(
        ListShapeModelsRequest request, StreamObserver<ListShapeModelsResponse> answer) {
      answer.onNext(ListShapeModelsResponse.newBuilder().addShapeModels(summary()).build());
      answer.onCompleted();
    }

    @Override
    public void getShapeModel(
        GetShapeModelRequest request, StreamObserver<dev.facealign.v1.ShapeModel> answer) {
      answer.onNext(model());
      answer.onCompleted();
    }
  }

  private static ShapeModelSummary summary() {
    return ShapeModelSummary.newBuilder()
        .setVersion(VERSION)
        .setScheme("68")
        .setDataset(dataset())
        .setAlignment(ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES)
        .setBoxSource(BoxSource.BOX_SOURCE_JITTERED)
        .setBoxJitter(BoxJitter.newBuilder().setShiftShare(0.05).setScaleShare(0.1).setSeed(1))
        .setCropPolicy(dev.facealign.v1.CropPolicy.CROP_POLICY_SQUARE_V1)
        .setComponents(11)
        .build();
  }

  private static DatasetFingerprint dataset() {
    return DatasetFingerprint.newBuilder()
        .setDataset(DatasetRef.newBuilder().setName("drawn").setSplit("train"))
        .setFaces(12)
        .build();
  }

  private static dev.facealign.v1.ShapeModel model() {
    ShapeModelFitter fitter = new ShapeModelFitter(LandmarkScheme.IBUG_68, CropPolicy.SQUARE_V1);
    FaceRenderer renderer = new FaceRenderer();
    for (int seed = 0; seed < 12; seed++) {
      var points = renderer.render(seed, 64).landmarks();
      fitter.add(CropPolicy.SQUARE_V1.region(points.boundingBox()).toLabels(points));
    }
    ShapeModel model = fitter.fit();
    dev.facealign.v1.ShapeModel.Builder message =
        dev.facealign.v1.ShapeModel.newBuilder()
            .setVersion(VERSION)
            .setScheme("68")
            .setDataset(dataset());
    Arrays.stream(model.mean()).forEach(message::addMean);
    Arrays.stream(model.eigenvalues()).forEach(message::addEigenvalues);
    Arrays.stream(model.eigenvectors())
        .flatMapToDouble(Arrays::stream)
        .forEach(message::addEigenvectors);
    return message.build();
  }

  private int shape(String... arguments) throws Exception {
    try (TestServer server = new TestServer(service)) {
      return console.run(
          folder,
          Map.of("FACEALIGN_PCA_ADDRESS", server.address()),
          Stream.concat(Stream.of("shape"), Arrays.stream(arguments)).toArray(String[]::new));
    }
  }

  @Test
  void fitsAsAsked() throws Exception {
    assertThat(
            shape(
                "fit",
                "--dataset",
                "drawn",
                "--alignment",
                "procrustes",
                "--boxes",
                "jittered",
                "--jitter-shift",
                "0.2",
                "--jitter-seed",
                "7"))
        .isZero();
    assertThat(service.asked.getAlignment()).isEqualTo(ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES);
    assertThat(service.asked.getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_JITTERED);
    assertThat(service.asked.getBoxJitter())
        .isEqualTo(BoxJitter.newBuilder().setShiftShare(0.2).setSeed(7).build());
    assertThat(console.out())
        .containsExactly(
            "shape model " + VERSION,
            "12 faces of drawn/train, 11 components, square-v1 crop, boxes: jittered 0.05/0.1,"
                + " alignment: procrustes");
  }

  @Test
  void refusesAJitterWithoutJitteredBoxes() throws Exception {
    assertThat(shape("fit", "--dataset", "drawn", "--jitter-scale", "0.2")).isEqualTo(2);
    assertThat(console.err().get(0)).contains("boxes are not jittered");
    assertThat(shape("show", "cafecafe", "--modes", "21")).isEqualTo(2);
  }

  @Test
  void listsHowFacesWereNormalised() throws Exception {
    assertThat(shape("list")).isZero();
    assertThat(console.out().get(1))
        .startsWith(
            "cafecafecafe  drawn    train     12  68      square-v1  jittered 0.05/0.1  procrustes");
  }

  @Test
  void showsTheModelInNumbersAndPictures() throws Exception {
    // When
    assertThat(shape("show", "cafecafe", "--out", "report", "--modes", "3")).isZero();

    // Then
    assertThat(console.out().get(0)).isEqualTo("Shape model cafecafecafe");
    assertThat(console.out().get(1)).startsWith("drawn / train \u00b7 12 faces \u00b7 scheme 68");
    assertThat(console.out().get(2)).startsWith("components for the variance: ");
    assertThat(console.out()).hasSize(4 + 11);
    Path report = folder.resolve("report");
    assertThat(console.err())
        .containsExactly(
            "wrote " + report.resolve("shape-cafecafecafe.svg"),
            "wrote " + report.resolve("shape-cafecafecafe.png"),
            "wrote " + report.resolve("shape-cafecafecafe.json"));

    // Then: the drawing is well-formed, and its text is text
    Element svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.resolve("shape-cafecafecafe.svg").toFile())
            .getDocumentElement();
    assertThat(svg.getTagName()).isEqualTo("svg");
    assertThat(svg.getAttribute("viewBox")).startsWith("0 0 1600 ");
    assertThat(svg.getTextContent())
        .contains("Shape model cafecafecafe")
        .contains("The first 3 modes")
        .contains("nose-bridge");
    BufferedImage png = ImageIO.read(report.resolve("shape-cafecafecafe.png").toFile());
    assertThat(png.getWidth()).isEqualTo(3200);

    // Then: the numbers
    JsonObject json =
        JsonParser.parseString(Files.readString(report.resolve("shape-cafecafecafe.json")))
            .getAsJsonObject();
    assertThat(json.get("version").getAsString()).isEqualTo(VERSION);
    assertThat(json.getAsJsonArray("mean")).hasSize(136);
    assertThat(json.getAsJsonArray("points")).hasSize(68);
    assertThat(json.getAsJsonArray("components_by_variance")).hasSize(5);
    assertThat(json.getAsJsonArray("modes")).hasSize(11);
    JsonObject third = json.getAsJsonArray("modes").get(2).getAsJsonObject();
    JsonObject fourth = json.getAsJsonArray("modes").get(3).getAsJsonObject();
    assertThat(third.getAsJsonArray("face_at_plus_3")).hasSize(136);
    assertThat(fourth.has("face_at_plus_3")).isFalse();
    double sum = 0;
    for (var mode : json.getAsJsonArray("modes")) {
      sum += mode.getAsJsonObject().get("share").getAsDouble();
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
  }
}
