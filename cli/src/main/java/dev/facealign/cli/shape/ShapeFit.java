package dev.facealign.cli.shape;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ShapeModelSummary;

/** Has a shape model fitted and shows how far it is. */
public final class ShapeFit {
  private final SuiteConnection connection;
  private final Console console;

  public ShapeFit(SuiteConnection connection, Console console) {
    this.connection = connection;
    this.console = console;
  }

  /** The published shape model. */
  public ShapeModelSummary run(FitShapeModelRequest request) throws InterruptedException {
    try (ProgressLine line = console.progress();
        AnswerStream<?, FitShapeModelProgress> answers =
            connection.stream(SuiteService.PCA, connection.shapeModels().fitShapeModel(request))) {
      FitShapeModelProgress progress = answers.next();
      while (progress != null) {
        if (progress.hasResult()) {
          return progress.getResult();
        }
        line.update(text(progress));
        progress = answers.next();
      }
    }
    throw new CommandFailure(
        "pca-service ended the fit without a shape model (expected: one in its last message)");
  }

  private static String text(FitShapeModelProgress progress) {
    int total = progress.getFacesTotal();
    double share = total == 0 ? 0 : (double) progress.getFacesRead() / total;
    return "reading annotations "
        + ProgressLine.bar(share)
        + " "
        + progress.getFacesRead()
        + (total == 0 ? "" : "/" + total);
  }
}
