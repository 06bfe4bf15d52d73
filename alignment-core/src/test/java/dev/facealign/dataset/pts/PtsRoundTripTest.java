package dev.facealign.dataset.pts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PtsRoundTripTest {
  @Property(tries = 100)
  void whatIsWrittenIsReadWithinTheWrittenDecimals(
      @ForAll @IntRange(min = 1, max = 200) int points, @ForAll long seed) throws IOException {
    // Given
    Path file = Files.createTempFile("face", ".pts");
    Landmarks face =
        Landmarks.of(new SplittableRandom(seed).doubles(2L * points, -9e5, 9e5).toArray());

    // When
    PtsFile.write(file, face);
    Landmarks read = PtsFile.read(file, points);
    PtsFile.write(file, read);
    Landmarks readAgain = PtsFile.read(file, points);
    Files.delete(file);

    // Then: half of the sixth decimal, and the shift by one pixel
    assertThat(read.toArray()).containsExactly(face.toArray(), within(6e-7));
    assertThat(readAgain).isEqualTo(read);
  }
}
