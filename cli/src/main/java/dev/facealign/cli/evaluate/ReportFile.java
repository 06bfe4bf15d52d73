package dev.facealign.cli.evaluate;

import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.RenderReportRequest;
import dev.facealign.v1.RenderReportResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report's page as a file. */
final class ReportFile {
  private ReportFile() {}

  /**
   * Has a page made and writes it.
   *
   * @throws CommandFailure the file cannot be written, or the service refuses
   */
  static void write(String reportId, Path file, SuiteConnection connection) {
    RenderReportRequest request =
        RenderReportRequest.newBuilder().setEvaluationId(reportId).build();
    RenderReportResponse page =
        connection.ask(
            SuiteService.EVALUATION, () -> connection.evaluations().renderReport(request));
    try (OutputStream out = Files.newOutputStream(file)) {
      page.getHtml().writeTo(out);
    } catch (IOException e) {
      throw new CommandFailure("--report: " + file + " (expected: a file to write): " + e, e);
    }
  }
}
