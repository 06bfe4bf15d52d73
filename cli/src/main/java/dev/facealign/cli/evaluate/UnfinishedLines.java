package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListEvaluationsResponse;
import dev.facealign.v1.UnfinishedEvaluation;

/** Evaluations that have not ended, as a table. */
final class UnfinishedLines {
  private final SuiteConnection connection;

  UnfinishedLines(SuiteConnection connection) {
    this.connection = connection;
  }

  void print(Console console) {
    ListEvaluationsResponse all =
        connection.ask(
            SuiteService.EVALUATION,
            () ->
                connection
                    .evaluations()
                    .listEvaluations(ListEvaluationsRequest.getDefaultInstance()));
    if (all.getUnfinishedCount() == 0) {
      console.print("no unfinished evaluations");
      return;
    }
    Table table = new Table("EVALUATION", "MODEL", "FACES OF", ">DONE", "STATE");
    for (UnfinishedEvaluation run : all.getUnfinishedList()) {
      table.row(
          run.getEvaluationId(),
          Figures.version(run.getModelVersion()),
          run.getDataset().getDataset().getName() + "/" + run.getDataset().getDataset().getSplit(),
          run.getFacesDone() + "/" + run.getDataset().getFaces(),
          run.getRunning() ? "runs" : "ended early");
    }
    table.print(console);
  }
}
