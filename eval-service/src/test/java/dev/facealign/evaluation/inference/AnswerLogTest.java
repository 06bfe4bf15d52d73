package dev.facealign.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.evaluation.scoring.FaceAnswer;
import dev.facealign.v1.DetectResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerLogTest {

  private static final FaceAnswer FIRST =
      new FaceAnswer.Answered(DetectResponse.newBuilder().setTag("7").setModelVersion("v").build());
  private static final FaceAnswer SECOND = new FaceAnswer.Unusable("too large");

  @TempDir private Path folder = Path.of("");

  private Path written() {
    Path file = folder.resolve("answers");
    try (AnswerLog log = AnswerLog.open(file, 10)) {
      log.add(7, FIRST);
      log.add(2, SECOND);
    }
    return file;
  }

  @Test
  void keepsWhatWasAdded() {
    // Given
    Path file = written();

    // When
    try (AnswerLog log = AnswerLog.open(file, 10)) {
      // Then
      assertThat(log.get(7)).contains(FIRST);
      assertThat(log.get(2)).contains(SECOND);
      assertThat(log.get(3)).isEmpty();
      assertThat(log.has(2)).isTrue();
      assertThat(log.count()).isEqualTo(2);
    }
    assertThat(AnswerLog.count(file)).isEqualTo(2);
    assertThat(AnswerLog.count(folder.resolve("none"))).isZero();
  }

  @Test
  void aRecordThatWasNotWrittenWholeIsDroppedAndWrittenAnew() throws IOException {
    // Given: cut at every place of the second record
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    int second = 13 + "too large".length();
    for (int missing = 1; missing <= second; missing++) {
      Files.write(file, Arrays.copyOf(whole, whole.length - missing));

      // When
      try (AnswerLog log = AnswerLog.open(file, 10)) {
        // Then
        assertThat(log.count()).isEqualTo(1);
        assertThat(log.get(7)).contains(FIRST);
        log.add(2, SECOND);
      }
      assertThat(file).hasBinaryContent(whole);
    }
  }

  @Test
  void damageEndsTheLogWhereItBegins() throws IOException {
    // Given: a bit of the first record turned over; and, another time, zeros behind the last
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[14] ^= 1;
    Files.write(file, damaged);

    // When / Then
    try (AnswerLog log = AnswerLog.open(file, 10)) {
      assertThat(log.count()).isZero();
    }
    Files.write(file, whole);
    Files.write(file, new byte[40], StandardOpenOption.APPEND);
    try (AnswerLog log = AnswerLog.open(file, 10)) {
      assertThat(log.count()).isEqualTo(2);
    }
  }
}
