package dev.facealign.platform.page;

import com.google.rpc.Code;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.grpc.StatusMapping;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;

/** Pages as answers over HTTP. */
public final class PageAnswer {

  private PageAnswer() {}

  /** A page. */
  public static MutableHttpResponse<String> html(String page) {
    return html(HttpStatus.OK, page);
  }

  /** What pages are made of. */
  public static HttpResponse<String> json(String json) {
    return json(Code.OK, json);
  }

  /** What a script of a page asked for, or why it is not there, with the status of a gRPC code. */
  public static HttpResponse<String> json(Code code, String json) {
    return plain(status(code), json).contentType(MediaType.APPLICATION_JSON_TYPE);
  }

  /** A page that says why there is no other, with the status that the fault's kind means. */
  public static HttpResponse<String> fault(FaultException fault, Page page) {
    HttpStatus status = status(StatusMapping.code(fault.kind()));
    return html(status, page.problem(status.getReason(), fault.getMessage()));
  }

  /** The one place where the codes of {@link StatusMapping} become HTTP's. */
  static HttpStatus status(Code code) {
    return switch (code) {
      case OK -> HttpStatus.OK;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
      case ALREADY_EXISTS, ABORTED, FAILED_PRECONDITION -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
      default -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }

  private static MutableHttpResponse<String> html(HttpStatus status, String page) {
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
