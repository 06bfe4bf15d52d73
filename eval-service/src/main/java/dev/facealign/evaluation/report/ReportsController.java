package dev.facealign.evaluation.report;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.page.Page;
import dev.facealign.platform.page.PageAnswer;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/**
 * Reports over HTTP, beside health and metrics: {@code /reports} lists them, {@code /reports/ID} is
 * the page of one, {@code /reports/ID.json} what it is made of.
 */
@Controller("/reports")
@ExecuteOn(TaskExecutors.BLOCKING)
class ReportsController {

  private static final String JSON = ".json";

  private final ReportLibrary library;
  private final ReportPages pages;
  private final Page page = new Page();

  ReportsController(ReportLibrary library, ReportPages pages) {
    this.library = library;
    this.pages = pages;
  }

  @Get
  HttpResponse<String> index() {
    return PageAnswer.html(pages.index());
  }

  @Get("/{id}")
  HttpResponse<String> report(String id) {
    return id.endsWith(JSON)
        ? json(id.substring(0, id.length() - JSON.length()))
        : PageAnswer.html(pages.page(id));
  }

  private HttpResponse<String> json(String id) {
    try {
      return PageAnswer.json(JsonFormat.printer().print(library.whole(id)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("reports hold no Any, whose type could be unknown", e);
    }
  }

  @Error
  HttpResponse<String> fault(HttpRequest<?> request, FaultException fault) {
    return PageAnswer.fault(fault, page);
  }
}
