package dev.facealign.platform.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionPrefixTest {

  private static final String A = "aaaaaaaa1" + "0".repeat(55);
  private static final String B = "aaaaaaaa2" + "0".repeat(55);
  private static final List<String> VERSIONS = List.of(A, B);

  @Test
  void findsTheOneVersionThatFits() {
    assertThat(VersionPrefix.resolve("model", A, VERSIONS)).isEqualTo(A);
    assertThat(VersionPrefix.resolve("model", "aaaaaaaa2", VERSIONS)).isEqualTo(B);
  }

  @Test
  void refusesWhatFitsNoneOrSeveralOrIsNoVersion() {
    assertThatThrownBy(() -> VersionPrefix.resolve("model", "bbbbbbbb", VERSIONS))
        .isInstanceOf(FaultException.class)
        .hasMessage("model: bbbbbbbb (expected: a published version or its prefix; there are 2)");
    assertThatThrownBy(() -> VersionPrefix.resolve("model", "aaaaaaaa", VERSIONS))
        .isInstanceOf(FaultException.class)
        .hasMessage("version: aaaaaaaa (expected: a prefix that fits one model, this one fits 2)");
    assertThatThrownBy(() -> VersionPrefix.resolve("model", "aaaaaaa", VERSIONS))
        .hasMessage("version: aaaaaaa (expected: 8 to 64 lower-case hexadecimal digits)");
    assertThatThrownBy(() -> VersionPrefix.resolve("model", "../../etc", VERSIONS))
        .hasMessage("version: ../../etc (expected: 8 to 64 lower-case hexadecimal digits)");
  }
}
