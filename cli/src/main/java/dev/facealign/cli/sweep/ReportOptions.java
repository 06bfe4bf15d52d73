package dev.facealign.cli.sweep;

import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.PngFile;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.SvgFile;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingJobStatus;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how a sweep is told. */
final class ReportOptions {
  /** Pixels a unit. */
  private static final int PNG_SCALE = 2;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png|FILE.svg",
      description = "Draw the NME of every job by epoch.")
  private @Nullable Path plot;

  @Option(names = "--json", description = "Write the sweep with its jobs as JSON.")
  private boolean json;

  /**
   * Looks whether the plot can be written. To be asked before the work is done.
   *
   * @throws CommandFailure when it cannot
   */
  void prepare(Invocation invocation) {
    if (plot == null) {
      return;
    }
    Path file = invocation.resolve(plot);
    if (!isPng(file) && !isSvg(file)) {
      throw new CommandFailure(
          "--plot: " + plot + " (expected: a file such as nme.png or nme.svg)");
    }
    try {
      PngFile.prepare(file);
    } catch (IOException e) {
      throw new CommandFailure("--plot: " + plot + ": " + e.getMessage(), e);
    }
  }

  /** Writes what was submitted, when nobody waits for what comes of it. */
  void printQueued(Sweep sweep, Invocation invocation) {
    invocation
        .console()
        .print(
            json
                ? ProtoJson.pretty(sweep)
                : "sweep " + sweep.getSweepId() + ": " + SweepComparison.jobs(sweep));
  }

  /** Writes the table or the JSON, and the plot. */
  void write(Sweep sweep, SuiteConnection connection, Invocation invocation)
      throws InterruptedException {
    SweepComparison comparison = SweepComparison.of(sweep);
    if (json) {
      invocation.console().print(ProtoJson.pretty(sweep));
    } else {
      comparison.lines().forEach(invocation.console()::print);
    }
    if (plot == null) {
      return;
    }
    Map<String, NmeCurve> curves = new HashMap<>();
    for (TrainingJobStatus job : sweep.getJobsList()) {
      curves.put(job.getJob().getJobId(), NmeCurve.read(job, connection));
    }
    NmePlot drawing = new NmePlot(comparison, curves);
    if (drawing.isEmpty()) {
      throw new CommandFailure(
          "--plot: no job of sweep "
              + sweep.getSweepId()
              + " has ended an epoch (expected: some; wait for it with `facealign sweep show`)");
    }
    draw(drawing, "sweep " + sweep.getSweepId(), invocation.resolve(plot));
    invocation.console().say("plot: " + plot);
  }

  private static void draw(NmePlot drawing, String title, Path file) {
    try {
      if (isSvg(file)) {
        SvgFile.write(NmePlot.SIZE, drawing::draw, title, drawing.description(), file);
      } else {
        PngFile.write(picture(drawing), file);
      }
    } catch (IOException e) {
      throw new CommandFailure("--plot: " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static BufferedImage picture(NmePlot drawing) {
    BufferedImage picture =
        new BufferedImage(
            PNG_SCALE * NmePlot.SIZE.width,
            PNG_SCALE * NmePlot.SIZE.height,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.scale(PNG_SCALE, PNG_SCALE);
    drawing.draw(g);
    g.dispose();
    return picture;
  }

  private static boolean isPng(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
  }

  private static boolean isSvg(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".svg");
  }
}
