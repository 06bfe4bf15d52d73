package dev.facealign.cli.training;

import dev.facealign.augment.CropCache;
import dev.facealign.augment.RandomStreams;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.PngFile;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetFolder;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code facealign train preview}. */
@Command(
    name = "preview",
    header = "Draws what training makes of faces: each random change alone, and all together.",
    description = {
      "",
      "Needs no running suite. Uses the trainer's own code, a row a change, with the points as the network is told them."
          + " Changes that a job has switched off unless it says otherwise are drawn in a strength that shows them."
    },
    footer = {
      "",
      "Examples:",
      "  facealign train preview --dataset /data/300w",
      "  facealign train preview --dataset /data/mine --faces 3 --seed 7 --out changes.png"
    })
public final class TrainPreviewCommand implements Callable<Integer> {
  private static final int MOST_FACES = 12;
  private static final int MOST_DRAWS = 12;

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dataset",
      paramLabel = "DIR",
      required = true,
      description = "The dataset's folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "Faces to choose from (default: ${DEFAULT-VALUE}).")
  private String split = "train";

  @Option(
      names = "--scheme",
      paramLabel = "ID",
      description = "Landmark scheme (default: the dataset's own, or else its layout's).")
  private String scheme = "";

  @Option(
      names = "--crop",
      description = "How faces are cropped: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private CropPolicy crop = CropPolicy.SQUARE_V1;

  @Option(
      names = "--size",
      paramLabel = "PX",
      description = "Side of the network's input, 64 to 512 (default: ${DEFAULT-VALUE}).")
  private int size = 160;

  @Option(
      names = "--faces",
      paramLabel = "N",
      description = "Faces, 1 to " + MOST_FACES + " (default: ${DEFAULT-VALUE}).")
  private int faces = 2;

  @Option(
      names = "--draws",
      paramLabel = "N",
      description =
          "Times each face is changed, 1 to " + MOST_DRAWS + " (default: ${DEFAULT-VALUE}).")
  private int draws = 3;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Random seed of the run (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FILE.png",
      description = "Where the sheet is written (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("augmentation.png");

  TrainPreviewCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Path path = invocation.resolve(folder);
    if (!Files.isDirectory(path)) {
      throw usage("--dataset: " + folder + " (expected: a dataset's folder)");
    }
    requireRange("--faces", faces, 1, MOST_FACES);
    requireRange("--draws", draws, 1, MOST_DRAWS);
    requireRange("--size", size, 64, 512);
    Path file = invocation.resolve(out);
    try {
      PngFile.prepare(file);
    } catch (IOException e) {
      throw usage("--out: " + out + " cannot be written: " + e.getMessage());
    }
    FaceDataset dataset = open(new DatasetFolder(path, String.valueOf(path.getFileName())));
    List<FaceSample> chosen = chosen(dataset);
    CropCache crops =
        CropCache.load(chosen, FaceCropping.of(crop), size, Long.MAX_VALUE, () -> false)
            .orElseThrow();
    BufferedImage sheet =
        new AugmentationSheet(dataset.scheme(), crop, crops, draws, new RandomStreams(seed)).draw();
    try {
      PngFile.write(sheet, file);
    } catch (IOException e) {
      throw new CommandFailure("--out: " + file + " cannot be written: " + e.getMessage(), e);
    }
    invocation.console().print(file.toString());
    return 0;
  }

  private FaceDataset open(DatasetFolder dataset) {
    LandmarkScheme points = dataset.scheme(scheme, Optional.empty());
    return dataset.find(split, points, Optional.empty()).open(ReadProgress.NONE);
  }

  /** Spread over the dataset, so that they are of different folders. */
  private List<FaceSample> chosen(FaceDataset dataset) {
    List<FaceSample> withPicture = dataset.faces().stream().filter(FaceSample::hasPicture).toList();
    if (withPicture.isEmpty()) {
      throw FaultException.invalid("--dataset", folder, "faces with pictures");
    }
    int count = Math.min(faces, withPicture.size());
    List<FaceSample> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(withPicture.get((int) ((2L * i + 1) * withPicture.size() / (2L * count))));
    }
    return chosen;
  }

  private void requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw usage(option + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
