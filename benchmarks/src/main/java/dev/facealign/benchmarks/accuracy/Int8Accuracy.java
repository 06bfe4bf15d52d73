package dev.facealign.benchmarks.accuracy;

import dev.facealign.augment.CropCache;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.HoldOut;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.trainer.quantise.NetworkQuantiser;
import dev.facealign.trainer.quantise.QuantisedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes 8-bit networks of trained ones, as a training job does, and measures both. */
@Command(
    name = "Int8Accuracy",
    mixinStandardHelpOptions = true,
    description = {
      "Makes 8-bit networks of trained ones and measures both: a row of a Markdown table each.",
      "Faces are split as the training did: give its seed."
    })
public final class Int8Accuracy implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL.onnx", arity = "1..*", description = "as RecipeRun writes them")
  private List<Path> models = List.of();

  @Option(names = "--root", required = true, description = "folder of datasets")
  private Path root = Path.of("");

  @Option(names = "--dataset", description = "which was trained on: ${DEFAULT-VALUE}")
  private String dataset = "300w";

  @Option(names = "--size", description = "side of the networks' input: ${DEFAULT-VALUE}")
  private int size = 112;

  @Option(names = "--seed", description = "the training's: ${DEFAULT-VALUE}")
  private long seed = 1;

  @Option(names = "--held-out", description = "share, the training's: ${DEFAULT-VALUE}")
  private double heldOut = 0.1;

  @Option(names = "--test", description = "split to measure both on at the end")
  private @Nullable String test;

  @Option(names = "--out", description = "folder to write the 8-bit networks to, NAME.int8.onnx")
  private @Nullable Path out;

  private Int8Accuracy() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Int8Accuracy()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    DatasetCatalog catalog = new DatasetCatalog(root);
    FaceDataset faces = catalog.open(DatasetSelection.of(dataset, "train"), ReadProgress.NONE);
    HoldOut parts = HoldOut.split(faces.faces(), heldOut, seed);
    CropCache training = crops(parts.training());
    CropCache held = crops(parts.validation());
    FaceDataset tested =
        test == null ? null : catalog.open(DatasetSelection.of(dataset, test), ReadProgress.NONE);
    System.out.println(
        "| model | held-out float32 % | int8 % | change | offered | test float32 % | int8 % |"
            + " float32 MiB | int8 MiB |");
    System.out.println("|---|---:|---:|---:|---|---:|---:|---:|---:|");
    for (Path file : models) {
      byte[] onnx = Files.readAllBytes(file);
      QuantisedNetwork made =
          NetworkQuantiser.quantise(onnx, training, held, faces.scheme(), () -> false)
              .orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "| %s | %.3f | %.3f | %+.2f %% | %s | %s | %s | %.1f | %.1f |%n",
          name(file),
          100 * made.floatValidationNme(),
          100 * made.validationNme(),
          100 * (made.validationNme() / made.floatValidationNme() - 1),
          made.offered() ? "yes" : "no",
          nme(onnx, tested),
          nme(made.onnx(), tested),
          onnx.length / 1048576.0,
          made.onnx().length / 1048576.0);
      if (out != null) {
        Files.createDirectories(out);
        Files.write(out.resolve(name(file) + ".int8.onnx"), made.onnx());
      }
    }
    return 0;
  }

  /** The run's folder: all files have one name. */
  private static String name(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return String.valueOf(folder == null ? file : folder.getFileName());
  }

  private CropCache crops(List<FaceSample> samples) {
    return CropCache.load(
            samples,
            FaceCropping.of(CropPolicy.SQUARE_V1),
            size,
            Runtime.getRuntime().maxMemory() / 3,
            () -> false)
        .orElseThrow();
  }

  private String nme(byte[] onnx, @Nullable FaceDataset faces) {
    return faces == null
        ? ""
        : String.format(
            Locale.ROOT,
            "%.3f",
            100 * TestMeasurement.of(onnx, faces, CropPolicy.SQUARE_V1, size).nme());
  }
}
