package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.Model;
import java.util.List;

/** Finds the reports that a user means. */
final class ReportChoice {
  private final SuiteConnection connection;
  private final List<Evaluation> reports;

  ReportChoice(SuiteConnection connection) {
    this.connection = connection;
    this.reports =
        connection
            .ask(
                SuiteService.EVALUATION,
                () ->
                    connection
                        .evaluations()
                        .listEvaluations(ListEvaluationsRequest.getDefaultInstance()))
            .getEvaluationsList();
  }

  /** Two reports. */
  record Pair(Evaluation first, Evaluation second) {}

  /**
   * The newest pair of reports that measured the same faces in the same way.
   *
   * @param first report, or model: version, prefix, name or alias
   * @param second as first
   * @throws CommandFailure there is none
   */
  Pair pair(String first, String second) {
    List<Evaluation> firsts = of(first);
    List<Evaluation> seconds = of(second);
    for (Evaluation one : firsts) {
      for (Evaluation two : seconds) {
        if (comparable(one, two) && !one.getEvaluationId().equals(two.getEvaluationId())) {
          return new Pair(one, two);
        }
      }
    }
    throw new CommandFailure(
        "%s, %s: no two reports of the same faces with the same boxes (expected: evaluate both with the same --dataset, --split and --boxes)"
            .formatted(first, second));
  }

  private List<Evaluation> of(String reference) {
    List<Evaluation> named =
        reports.stream().filter(report -> report.getEvaluationId().equals(reference)).toList();
    if (!named.isEmpty()) {
      return named;
    }
    Model model =
        connection.ask(
            SuiteService.INFERENCE,
            () ->
                connection
                    .models()
                    .getModel(GetModelRequest.newBuilder().setModel(reference).build()));
    String version = model.getManifest().getVersion();
    List<Evaluation> ofModel =
        reports.stream().filter(report -> report.getModelVersion().equals(version)).toList();
    if (ofModel.isEmpty()) {
      throw new CommandFailure(
          "%s: no report of it (expected: facealign evaluate --model %s first)"
              .formatted(reference, reference));
    }
    return ofModel;
  }

  private static boolean comparable(Evaluation one, Evaluation two) {
    return one.getDataset().equals(two.getDataset())
        && one.getNormaliser() == two.getNormaliser()
        && one.getBoxSource() == two.getBoxSource()
        && one.getBoxJitter().equals(two.getBoxJitter());
  }
}
