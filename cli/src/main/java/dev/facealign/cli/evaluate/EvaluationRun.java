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
import java.time.Duration;

/** Has a model measured and shows how far it is. */
public final class EvaluationRun {
  /** So long a service that went away in the middle is waited for. */
  private static final Duration AWAY = Duration.ofSeconds(60);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final SuiteConnection connection;
  private final Console console;
  private String evaluationId = "";
  private boolean seen;

  public EvaluationRun(SuiteConnection connection, Console console) {
    this.connection = connection;
    this.console = console;
  }

  /**
   * The report. A service that goes away in the middle is waited for, and goes on where it was.
   *
   * @throws CommandFailure when the service refuses, or stays away
   */
  public Evaluation run(EvaluateRequest request) throws InterruptedException {
    EvaluateRequest asked = request;
    long lastSeen = System.nanoTime();
    while (true) {
      try {
        return attempt(asked);
      } catch (CommandFailure e) {
        String id = evaluationId;
        if (id.isEmpty()) {
          throw e;
        }
        if (seen) {
          lastSeen = System.nanoTime();
        }
        if (!AnswerStream.isAway(e) || System.nanoTime() - lastSeen > AWAY.toNanos()) {
          console.say("evaluation " + id + " is kept: facealign evaluate --resume " + id);
          throw e;
        }
        asked = EvaluateRequest.newBuilder().setEvaluationId(id).build();
        Thread.sleep(BETWEEN_ATTEMPTS.toMillis());
      }
    }
  }

  private Evaluation attempt(EvaluateRequest request) throws InterruptedException {
    seen = false;
    long began = System.nanoTime();
    int doneBefore = -1;
    try (ProgressLine line = console.progress();
        AnswerStream<?, EvaluateProgress> answers =
            connection.stream(
                SuiteService.EVALUATION, connection.evaluations().evaluate(request))) {
      EvaluateProgress progress = answers.next();
      while (progress != null) {
        seen = true;
        evaluationId = progress.getEvaluationId();
        if (progress.hasResult()) {
          return progress.getResult();
        }
        if (doneBefore < 0) {
          doneBefore = progress.getFacesDone();
        }
        line.update(text(progress, doneBefore, (System.nanoTime() - began) / 1e9));
        progress = answers.next();
      }
    }
    throw new CommandFailure(
        "eval-service ended the run without a report (expected: one in its last message)");
  }

  private static String text(EvaluateProgress progress, int doneBefore, double seconds) {
    int done = progress.getFacesDone();
    int total = progress.getFacesTotal();
    int now = done - doneBefore;
    double share = total == 0 ? 0 : (double) done / total;
    String left =
        now <= 0 ? "" : "  " + Figures.roughSpan(seconds / now * (total - done)) + " left";
    return "faces " + ProgressLine.bar(share) + " " + done + "/" + total + left;
  }
}
