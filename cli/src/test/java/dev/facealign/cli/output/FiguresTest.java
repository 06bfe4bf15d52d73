package dev.facealign.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.facealign.v1.JobState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.0s",
    "440, 0.4s",
    "12340, 12.3s",
    "59960, 1m00s",
    "130000, 2m10s",
    "3720000, 1h02m"
  })
  void spans(long milliseconds, String expected) {
    assertThat(Figures.span(Duration.ofMillis(milliseconds))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.012345, 0.0123",
    "1.5, 1.50",
    "123456, 123456",
    "0.00000000123, 1.23e-09",
    "NaN, -"
  })
  void significantDigits(double value, String expected) {
    assertThat(Figures.significant(value, 3)).isEqualTo(expected);
  }

  @Test
  void percentages() {
    assertThat(Figures.percent(0.0714, 1)).isEqualTo("7.1 %");
    assertThat(Figures.percent(Double.NaN, 1)).isEqualTo("-");
  }

  @Test
  void wordsForStates() {
    assertThat(Figures.word(JobState.JOB_STATE_DEAD_LETTERED, "JOB_STATE_"))
        .isEqualTo("dead-lettered");
  }

  @Test
  void aMomentThatIsNotSetIsADash() {
    assertThat(Figures.moment(Timestamp.getDefaultInstance())).isEqualTo("-");
    assertThat(Figures.moment(Timestamp.newBuilder().setSeconds(1).build())).matches("\\d{4}-.*");
  }
}
