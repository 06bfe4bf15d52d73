package dev.facealign.evaluation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
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

  ReportsController(ReportLibrary library, ReportPages pages) {
    this.library = library;
    this.pages = pages;
  }

  @Get
  HttpResponse<String> index() {
    return html(HttpStatus.OK, pages.index());
  }

  @Get("/{id}")
  HttpResponse<String> report(String id) {
    return id.endsWith(JSON)
        ? json(id.substring(0, id.length() - JSON.length()))
        : html(HttpStatus.OK, pages.page(id));
  }

  private HttpResponse<String> json(String id) {
    try {
      return plain(HttpStatus.OK, JsonFormat.printer().print(library.whole(id)))
          .contentType(MediaType.APPLICATION_JSON_TYPE);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("reports hold no Any, whose type could be unknown", e);
    }
  }

  @Error
  HttpResponse<String> fault(HttpRequest<?> request, FaultException fault) {
    HttpStatus status = status(fault.kind());
    return html(status, pages.problem(status.getReason(), fault.getMessage()));
  }

  private static HttpStatus status(FaultKind kind) {
    return switch (kind) {
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
      case ALREADY_EXISTS, CONFLICT, FAILED_PRECONDITION -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      case DATA_LOSS -> HttpStatus.INTERNAL_SERVER_ERROR;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
    };
  }

  private static HttpResponse<String> html(HttpStatus status, String page) {
    return plain(status, page).contentType("text/html; charset=utf-8");
  }

  private static MutableHttpResponse<String> plain(HttpStatus status, String body) {
    return HttpResponse.<String>status(status)
        .body(body)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("X-Frame-Options", "DENY")
        .header("Cache-Control", "no-store");
  }
}
