package dev.facealign.cli.shape;

import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.CropBoxes;
import dev.facealign.cli.client.DatasetArgument;
import dev.facealign.cli.client.JitterOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ShapeAlignment;
import dev.facealign.v1.ShapeModelSummary;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facealign shape fit}. */
@Command(
    name = "fit",
    header = "Fits a shape model to a dataset's annotations and publishes it.",
    footer = {
      "",
      "Examples:",
      "  facealign shape fit --dataset /data/300w",
      "  facealign shape fit --dataset 300w --split lfpw/trainset --crop stretch",
      "  facealign shape fit --dataset 300w --alignment procrustes --boxes jittered --jitter-shift 0.1"
    })
public final class ShapeFitCommand implements Callable<Integer> {
  /** How a face is cropped. */
  enum Crop {
    square(CropPolicy.CROP_POLICY_SQUARE_V1),
    stretch(CropPolicy.CROP_POLICY_STRETCH_V1);

    private final CropPolicy policy;

    Crop(CropPolicy policy) {
      this.policy = policy;
    }
  }

  /** How faces are brought together. */
  enum Alignment {
    none(ShapeAlignment.SHAPE_ALIGNMENT_NONE),
    procrustes(ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES);

    private final ShapeAlignment alignment;

    Alignment(ShapeAlignment alignment) {
      this.alignment = alignment;
    }
  }

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "NAME|DIR|NAME=DIR",
      description = "The dataset: its name, or a folder on this machine.")
  private String dataset = "";

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "train, test, ..., or a folder of the dataset (default: train).")
  private String split = "";

  @Option(
      names = "--scheme",
      paramLabel = "ID",
      description = "Landmark scheme: 68, 29 or the dataset's own (default: told by the dataset).")
  private String scheme = "";

  @Option(
      names = "--crop",
      description = "Crop policy: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Crop crop = Crop.square;

  @Option(
      names = "--boxes",
      description =
          "What faces are cropped around: the box of the true points, the one that the annotation"
              + " gives, or the true one strayed as a detector's would be: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).")
  private CropBoxes boxes = CropBoxes.truth;

  @Mixin private JitterOptions jitter = new JitterOptions();

  @Option(
      names = "--alignment",
      description =
          "How faces are brought together after the crop: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private Alignment alignment = Alignment.none;

  @Option(names = "--json", description = "Write the shape model's summary as JSON.")
  private boolean json;

  ShapeFitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = invocation.console();
    try (SuiteConnection connection = connectionOptions.open(invocation)) {
      FitShapeModelRequest.Builder request =
          FitShapeModelRequest.newBuilder()
              .setDataset(
                  DatasetRef.newBuilder()
                      .setName(DatasetArgument.resolve(dataset, connection, invocation))
                      .setSplit(split)
                      .setScheme(scheme))
              .setCropPolicy(crop.policy)
              .setAlignment(alignment.alignment)
              .setBoxSource(boxes.source());
      jitter.jitter(boxes == CropBoxes.jittered).ifPresent(request::setBoxJitter);
      ShapeModelSummary model = new ShapeFit(connection, console).run(request.build());
      if (json) {
        console.print(ProtoJson.pretty(model));
      } else {
        console.print("shape model " + model.getVersion());
        console.print(describe(model));
        partial(model.getDataset()).ifPresent(console::print);
      }
    }
    return 0;
  }

  private static Optional<String> partial(DatasetFingerprint read) {
    return read.getFaces() < read.getExpectedFaces()
        ? Optional.of(
            "partial: "
                + read.getFaces()
                + " of "
                + read.getExpectedFaces()
                + " faces; not the published shape model")
        : Optional.empty();
  }

  private static String describe(ShapeModelSummary model) {
    StringBuilder text = new StringBuilder();
    text.append(model.getDataset().getFaces()).append(" faces of ");
    text.append(model.getDataset().getDataset().getName()).append('/');
    text.append(model.getDataset().getDataset().getSplit());
    text.append(", ").append(model.getComponents()).append(" components");
    if (model.getComponentsByVarianceCount() == 5) {
      text.append("; 80/85/90/95/97 % of the variance: ");
      for (int i = 0; i < 5; i++) {
        text.append(i == 0 ? "" : "/").append(model.getComponentsByVariance(i));
      }
    }
    text.append(", ").append(ShapeModelWords.crop(model.getCropPolicy())).append(" crop, boxes: ");
    text.append(ShapeModelWords.boxes(model.getBoxSource(), model.getBoxJitter()));
    text.append(", alignment: ").append(ShapeModelWords.alignment(model.getAlignment()));
    return text.toString();
  }
}
