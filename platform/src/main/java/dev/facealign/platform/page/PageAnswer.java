package dev.facealign.platform.page;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;

/** Pages as answers over HTTP. */
public final class PageAnswer {

  private PageAnswer() {}

  /** A page. */
  public static HttpResponse<String> html(String page) {
    return html(HttpStatus.OK, page);
  }

  /** What pages are made of. */
  public static HttpResponse<String> json(String json) {
    return plain(HttpStatus.OK, json).contentType(MediaType.APPLICATION_JSON_TYPE);
  }

  /** A page that says why there is no other, with the status that the fault's kind means. */
  public static HttpResponse<String> fault(FaultException fault, Page page) {
    HttpStatus status = status(fault.kind());
    return html(status, page.problem(status.getReason(), fault.getMessage()));
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
