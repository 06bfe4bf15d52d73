package dev.facealign.dataset.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.dataset.CollectedFaces;
import dev.facealign.dataset.FaceSample;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TableRoundTripTest {
  @Property(tries = 100)
  void whatIsWrittenIsRead(
      @ForAll @IntRange(min = 1, max = 120) int points,
      @ForAll @IntRange(min = 1, max = 5) int faces,
      @ForAll boolean boxes,
      @ForAll boolean flags,
      @ForAll long seed)
      throws IOException {
    // Given
    Path folder = Files.createTempDirectory("table");
    LandmarkScheme scheme =
        new LandmarkScheme("own", IntStream.range(0, points).toArray(), null, null, List.of());
    SplittableRandom random = new SplittableRandom(seed);
    List<Landmarks> landmarks =
        IntStream.range(0, faces)
            .mapToObj(i -> Landmarks.of(random.doubles(2L * points, -1e6, 1e6).toArray()))
            .toList();
    Box box = new Box(random.nextDouble(-9, 9), 1e-9, random.nextDouble(1, 9), 1);
    BitSet hidden = BitSet.valueOf(new long[] {seed});
    hidden.clear(points, 64 + points);

    // When
    try (TableWriter writer = new TableWriter(folder.resolve("train.csv"), scheme, boxes, flags)) {
      for (int i = 0; i < faces; i++) {
        writer.write("a \"b\", " + i + ".jpg", landmarks.get(i), Optional.of(box), hidden);
      }
    }
    CollectedFaces read = CollectedFaces.of(new TableLayout().open(folder, "own", "train", scheme));

    Files.delete(folder.resolve("train.csv"));
    Files.delete(folder);

    // Then
    assertThat(read.faults()).isEmpty();
    assertThat(read.faces()).extracting(FaceSample::landmarks).isEqualTo(landmarks);
    assertThat(read.faces())
        .allSatisfy(
            face -> {
              assertThat(face.box()).isEqualTo(boxes ? Optional.of(box) : Optional.empty());
              assertThat(face.occluded()).isEqualTo(flags ? Optional.of(hidden) : Optional.empty());
            });
    assertThat(read.faces().get(faces - 1).pictureId())
        .isEqualTo("a \"b\", " + (faces - 1) + ".jpg");
  }
}
