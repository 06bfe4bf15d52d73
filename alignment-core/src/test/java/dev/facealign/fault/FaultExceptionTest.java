package dev.facealign.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultExceptionTest {
  @Test
  void namesTheOffendingValueAndWhatWasExpected() {
    // When
    FaultException fault = FaultException.invalid("loss.lambda", -1.0, "> 0");

    // Then
    assertThat(fault).hasMessage("loss.lambda: -1.0 (expected: > 0)");
    assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
    assertThat(fault.reason()).isEqualTo("INVALID_VALUE");
    assertThat(fault.field()).isEqualTo("loss.lambda");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(FaultException.invalid("name", null, "a name"))
        .hasMessageContaining("name: missing");
    assertThat(FaultException.invalid("name", "", "a name")).hasMessageContaining("name: empty");
  }

  @Test
  void makesTheReasonOfWhatWasNotFound() {
    // When
    FaultException fault = FaultException.notFound("shape model", "abc", "one of [def]");

    // Then
    assertThat(fault.kind()).isEqualTo(FaultKind.NOT_FOUND);
    assertThat(fault.reason()).isEqualTo("SHAPE_MODEL_NOT_FOUND");
    assertThat(fault.field()).isNull();
  }

  @Test
  void letsNoForeignValueBreakALogLineOrFloodIt() {
    // Given
    String hostile = "a\nINFO forged" + "x".repeat(10_000);

    // When
    FaultException fault = FaultException.invalid("name", hostile, "a name");

    // Then
    assertThat(fault.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
  }
}
