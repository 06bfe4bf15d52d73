package dev.facealign.inference.page;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import dev.facealign.inference.stream.LandmarksEndpoint;
import dev.facealign.inference.stream.Refusal;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The page and what it asks: {@code facealign.inference.page.enabled}. It asks with the limits, the
 * queue and the models of every other caller, and keeps nothing.
 */
@Controller
@Requires(property = "facealign.inference.page.enabled", value = "true")
final class PageController {
  /** Nothing from elsewhere, nothing to elsewhere. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src blob: data:;"
          + " media-src blob:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'";

  private final LandmarksEndpoint landmarks;
  private final String page;

  PageController(LandmarksEndpoint landmarks) {
    this.landmarks = landmarks;
    try (InputStream in = PageController.class.getResourceAsStream("page.html")) {
      if (in == null) {
        throw new IllegalStateException("page.html is missing from the service's resources");
      }
      this.page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("page.html cannot be read", e);
    }
  }

  @Get(produces = MediaType.TEXT_HTML)
  HttpResponse<String> page() {
    return HttpResponse.ok(page).header("Content-Security-Policy", POLICY);
  }

  /** A JPEG or PNG; the answer is a DetectResponse as JSON, a refusal an object with a message. */
  @Post(uri = "/page/detect", consumes = MediaType.ALL, produces = MediaType.APPLICATION_JSON)
  CompletableFuture<HttpResponse<String>> detect(@Body byte[] picture) {
    DetectRequest request =
        DetectRequest.newBuilder()
            .setImage(ByteString.copyFrom(picture))
            .setOptions(DetectOptions.newBuilder().setHeadPose(true))
            .build();
    return withoutPoseWhereThereIsNone(request)
        .handle((answer, failure) -> failure == null ? answered(answer) : refused(failure));
  }

  /** Schemes other than 68 points have no head pose, and say so. */
  private CompletableFuture<DetectResponse> withoutPoseWhereThereIsNone(DetectRequest request) {
    return landmarks
        .answer(request)
        .exceptionallyCompose(
            failure ->
                Refusal.of(failure).code() == Code.INVALID_ARGUMENT
                    ? landmarks.answer(request.toBuilder().clearOptions().build())
                    : CompletableFuture.failedFuture(failure));
  }

  private static HttpResponse<String> answered(DetectResponse answer) {
    try {
      return HttpResponse.ok(JsonFormat.printer().omittingInsignificantWhitespace().print(answer));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "an answer has no Any fields, which alone cannot be printed", e);
    }
  }

  private static HttpResponse<String> refused(Throwable failure) {
    Refusal refusal = Refusal.of(failure);
    JsonObject body = new JsonObject();
    body.addProperty("reason", refusal.reason());
    body.addProperty("message", refusal.message());
    return HttpResponse.<String>status(status(refusal.code())).body(body.toString());
  }

  private static HttpStatus status(Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case FAILED_PRECONDITION -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      default -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }
}
