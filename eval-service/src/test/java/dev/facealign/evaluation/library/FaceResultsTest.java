package dev.facealign.evaluation.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.v1.FaceResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaceResultsTest {

  @TempDir private Path folder = Path.of("");

  private static FaceResult face(int number) {
    FaceResult.Builder face =
        FaceResult.newBuilder()
            .setFaceId("test/" + number)
            .addAllPredicted(Collections.nCopies(136, (float) number));
    if (number % 3 > 0) {
      face.setNme(number);
    }
    return face.build();
  }

  @Test
  void listsFacesThatFitIntoAMessageAndKeepsAllOnDisk() throws InterruptedException {
    for (int count : new int[] {0, 4_000, 7_000}) {
      // Given
      FaceResults results = new FaceResults(folder.resolve("faces-" + count));

      // When
      try (results) {
        for (int i = 0; i < count; i++) {
          results.add(face(i));
        }
      }

      // Then
      List<FaceResult> read = new ArrayList<>();
      FaceResults.read(results.file(), read::add);
      assertThat(read).hasSize(count);
      assertThat(results.areFew()).isEqualTo(count < 7_000);
      assertThat(results.listed()).isEqualTo(results.areFew() ? read : List.of());
      assertThat(results.errors().count()).isEqualTo(count);
      results
          .errors()
          .forEach(
              (id, nme) -> {
                int number = Integer.parseInt(id.substring("test/".length()));
                assertThat(Double.compare(nme, number % 3 > 0 ? number : Double.NaN)).isZero();
              });
    }
  }

  @Test
  void readingStopsWhenItsReaderHasEnough() throws InterruptedException {
    // Given
    FaceResults results = new FaceResults(folder.resolve("faces"));
    try (results) {
      for (int i = 0; i < 10; i++) {
        results.add(face(i));
      }
    }

    // When
    List<FaceResult> read = new ArrayList<>();
    FaceResults.read(
        results.file(),
        face -> {
          read.add(face);
          return read.size() < 4;
        });

    // Then
    assertThat(read).hasSize(4);
  }
}
