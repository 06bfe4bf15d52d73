package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;

/** Has a model measured and shows how far it is. */
public final class EvaluationRun {
  private final SuiteConnection connection;
  private final Console console;

  public EvaluationRun(SuiteConnection connection, Console console) {
    this.connection = connection;
    this.console = console;
  }

  /** The report. */
  public Evaluation run(EvaluateRequest request) throws InterruptedException {
    long began = System.nanoTime();
    try (ProgressLine line = console.progress();
        AnswerStream<?, EvaluateProgress> answers =
            connection.stream(
                SuiteService.EVALUATION, connection.evaluations().evaluate(request))) {
      EvaluateProgress progress = answers.next();
      while (progress != null) {
        if (progress.hasResult()) {
          return progress.getResult();
        }
        line.update(text(progress, (System.nanoTime() - began) / 1e9));
        progress = answers.next();
      }
    }
    throw new CommandFailure(
        "eval-service ended the run without a report (expected: one in its last message)");
  }

  private static String text(EvaluateProgress progress, double seconds) {
    int done = progress.getFacesDone();
    int total = progress.getFacesTotal();
    double share = total == 0 ? 0 : (double) done / total;
    String left =
        done == 0 ? "" : "  " + Figures.roughSpan(seconds / done * (total - done)) + " left";
    return "faces " + ProgressLine.bar(share) + " " + done + "/" + total + left;
  }
}
