package dev.facealign.platform.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PageAnswerTest {

  @ParameterizedTest
  @CsvSource({
    "OK, 200",
    "INVALID_ARGUMENT, 400",
    "NOT_FOUND, 404",
    "FAILED_PRECONDITION, 409",
    "ABORTED, 409",
    "RESOURCE_EXHAUSTED, 429",
    "UNIMPLEMENTED, 501",
    "UNAVAILABLE, 503",
    "INTERNAL, 500",
    "DATA_LOSS, 500"
  })
  void codesAreHttps(Code code, int status) {
    HttpResponse<String> answer = PageAnswer.json(code, "{}");
    assertThat(answer.code()).isEqualTo(status);
    assertThat(answer.getContentType().orElseThrow().toString()).contains("json");
    assertThat(answer.getHeaders().get("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @EnumSource(FaultKind.class)
  void everyFaultIsAPageThatSaysWhy(FaultKind kind) {
    // When
    HttpResponse<String> answer =
        PageAnswer.fault(FaultException.of(kind, "REASON", "<what> happened"), new Page());

    // Then: only what was stored and is not any more is the server's own fault
    assertThat(answer.body()).contains("&lt;what&gt; happened");
    assertThat(answer.status() == HttpStatus.INTERNAL_SERVER_ERROR)
        .isEqualTo(kind == FaultKind.DATA_LOSS);
  }

  @Test
  void pagesAreKeptNowhere() {
    HttpResponse<String> answer = PageAnswer.html("<p>");
    assertThat(answer.code()).isEqualTo(200);
    assertThat(answer.getHeaders().get("Cache-Control")).isEqualTo("no-store");
  }
}
