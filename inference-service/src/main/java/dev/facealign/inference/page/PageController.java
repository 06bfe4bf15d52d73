package dev.facealign.inference.page;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.inference.stream.LandmarksEndpoint;
import dev.facealign.inference.stream.Refusal;
import dev.facealign.platform.page.PageAnswer;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
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

  private final PosedAnswers posed;
  private final String page;

  PageController(LandmarksEndpoint landmarks) {
    this.posed = new PosedAnswers(landmarks::answer);
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
    return PageAnswer.html(page).header("Content-Security-Policy", POLICY);
  }

  /** A JPEG or PNG; the answer is a DetectResponse as JSON, a refusal an object with a message. */
  @Post(uri = "/page/detect", consumes = MediaType.ALL, produces = MediaType.APPLICATION_JSON)
  CompletableFuture<HttpResponse<String>> detect(@Body byte[] picture) {
    DetectRequest request =
        DetectRequest.newBuilder().setImage(ByteString.copyFrom(picture)).build();
    return posed
        .answer(request)
        .handle((answer, failure) -> failure == null ? answered(answer) : refused(failure));
  }

  private static HttpResponse<String> answered(DetectResponse answer) {
    try {
      return PageAnswer.json(JsonFormat.printer().omittingInsignificantWhitespace().print(answer));
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
    return PageAnswer.json(refusal.code(), body.toString());
  }
}
