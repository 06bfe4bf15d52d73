package dev.facealign.inference.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.v1.ModelManifest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page over HTTP, on a service without Kafka. */
@Timeout(60)
class PageControllerTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  void servesThePageAndAnswersItsPictures() throws Exception {
    // Given
    ModelManifest model = TestModels.constant(new LocalArtifactStore(folder), "a", 0.4);
    try (RunningService service = start(true)) {
      // When
      HttpResponse<String> page = get(service, "/");
      HttpResponse<String> answer =
          post(service, Pictures.squares(160, 120, new double[] {40, 30, 50}).toByteArray());
      HttpResponse<String> text = post(service, new byte[] {1, 2, 3});
      // Then it needs nothing from elsewhere, and may fetch nothing from there
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
      assertThat(page.headers().firstValue("content-security-policy").orElse(""))
          .contains("default-src 'none'", "connect-src 'self'");
      assertThat(page.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(page.body()).doesNotContain("http://", "https://").contains("page/detect");
      // And the answer is that of Landmarks
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonObject json = JsonParser.parseString(answer.body()).getAsJsonObject();
      assertThat(json.get("modelVersion").getAsString()).isEqualTo(model.getVersion());
      assertThat(json.get("imageWidth").getAsInt()).isEqualTo(160);
      // And a refusal says why
      assertThat(text.statusCode()).isEqualTo(400);
      assertThat(JsonParser.parseString(text.body()).getAsJsonObject().get("message").getAsString())
          .contains("expected: JPEG or PNG");
    }
  }

  @Test
  void isNotThereUnlessSwitchedOn() throws Exception {
    try (RunningService service = start(false)) {
      assertThat(get(service, "/").statusCode()).isEqualTo(404);
      assertThat(post(service, new byte[] {1}).statusCode()).isEqualTo(404);
    }
  }

  private RunningService start(boolean enabled) {
    return RunningService.startWithoutKafka(
        folder, Map.of("facealign.inference.page.enabled", enabled));
  }

  private HttpResponse<String> get(RunningService service, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(service, path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(RunningService service, byte[] picture) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(service, "/page/detect"))
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(picture))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(RunningService service, String path) {
    return service.http().getURI().resolve(path);
  }
}
