package dev.facealign.cli.dataset;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.PngFile;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.catalog.DatasetFolder;
import dev.facealign.dataset.inspect.DatasetInspection;
import dev.facealign.dataset.inspect.DatasetInspector;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.LandmarkScheme;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code facealign dataset check}. */
@Command(
    name = "check",
    header = "Reads a whole dataset, pictures and all, and says what is wrong with it and where.",
    description = {
      "",
      "Needs no running suite. Knows 300W's layout (pictures beside .pts files), COFW's .mat files, the published code's"
          + " crops (images/ beside annotations/*.npy), and tables: CSV or JSON lines with any number of points, whose"
          + " landmark scheme a file scheme-NAME.properties in the folder describes."
    },
    exitCodeList = {
      "0:no fault was found",
      "1:a fault was found, or nothing could be read",
      "2:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  facealign dataset check /data/300w --sheet 300w.png",
      "  facealign dataset check /data/mine --split train --json"
    })
public final class DatasetCheckCommand implements Callable<Integer> {
  private static final int MOST_FACES = 600;

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The dataset's folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "train, test, ..., or a folder of the dataset (default: ${DEFAULT-VALUE}).")
  private String split = DatasetLayout.ALL;

  @Option(
      names = "--scheme",
      paramLabel = "ID|FILE",
      description =
          "Landmark scheme: 68, 29, one that the dataset brings, or a scheme-NAME.properties file"
              + " (default: the dataset's own, or else its layout's).")
  private String scheme = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "How the files are laid out: 300w, cofw, crops, table (default: what they show).")
  private String format = "";

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "Draw faces with their points, those with findings first.")
  private @Nullable Path sheet;

  @Option(
      names = "--faces",
      paramLabel = "N",
      description = "Faces on the sheet, 1 to " + MOST_FACES + " (default: ${DEFAULT-VALUE}).")
  private int faces = 24;

  @Option(names = "--json", description = "Write the report as JSON.")
  private boolean json;

  DatasetCheckCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path path = invocation.resolve(folder);
    if (!Files.isDirectory(path)) {
      throw usage(folder + ": no such folder (expected: a dataset's)");
    }
    if (faces < 1 || faces > MOST_FACES) {
      throw usage("--faces: " + faces + " (expected: 1 to " + MOST_FACES + ")");
    }
    if (sheet != null) {
      try {
        PngFile.prepare(invocation.resolve(sheet));
      } catch (IOException e) {
        throw usage("--sheet: " + sheet + " cannot be written: " + e.getMessage());
      }
    }
    DatasetInspection inspection;
    try {
      inspection = inspect(new DatasetFolder(path, name(path)));
    } catch (FaultException e) {
      throw isNamedWrongly(e) ? usage(e.getMessage()) : e;
    }
    Console console = invocation.console();
    if (json) {
      console.print(InspectionJson.of(inspection));
    } else {
      new InspectionReport(inspection).print(console);
    }
    if (sheet != null) {
      writeSheet(inspection, invocation.resolve(sheet));
    }
    return inspection.faults() == 0 ? 0 : 1;
  }

  /** Whether it is the command line's fault and not the dataset's. */
  private boolean isNamedWrongly(FaultException e) {
    String field = e.field();
    boolean splitNamed = !split.equals(DatasetLayout.ALL);
    return (field != null && field.startsWith("dataset."))
        || (splitNamed && e.reason().equals("SPLIT_EMPTY"));
  }

  private DatasetInspection inspect(DatasetFolder dataset) throws InterruptedException {
    Optional<DatasetFormat> named =
        format.isEmpty() ? Optional.empty() : Optional.of(DatasetFormat.of(format));
    Optional<DatasetFormat> known = Optional.of(named.orElseGet(dataset::recognise));
    DatasetInspector inspector =
        new DatasetInspector(
            new ImageDecoder(ImageLimits.DEFAULT),
            Runtime.getRuntime().availableProcessors(),
            sheet == null ? 0 : faces);
    try (ProgressLine line = invocation.console().progress()) {
      return inspector.inspect(
          dataset,
          split,
          scheme(dataset, known),
          known,
          (read, total) -> line.update(progress(read, total)));
    }
  }

  private LandmarkScheme scheme(DatasetFolder dataset, Optional<DatasetFormat> known) {
    Path file = invocation.resolve(Path.of(scheme));
    boolean isFile = scheme.endsWith(".properties") || scheme.contains("/");
    return isFile ? LandmarkScheme.read(file) : dataset.scheme(scheme, known);
  }

  private static String progress(int read, int total) {
    return total == 0
        ? "faces " + read
        : "faces " + ProgressLine.bar((double) read / total) + " " + read + "/" + total;
  }

  private void writeSheet(DatasetInspection inspection, Path file) {
    if (inspection.specimens().isEmpty()) {
      invocation.console().say("no sheet: no face has a picture that can be decoded");
      return;
    }
    BufferedImage drawn = new FaceSheet(inspection).draw();
    try {
      PngFile.write(drawn, file);
    } catch (IOException e) {
      throw new CommandFailure("--sheet: " + file + " cannot be written: " + e.getMessage(), e);
    }
    invocation.console().say(inspection.specimens().size() + " faces drawn, written to " + file);
  }

  /** Names a folder in messages. */
  private static String name(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    return last == null ? "dataset" : last.toString();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
