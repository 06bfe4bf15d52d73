package dev.facealign.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.v1.SampledFaces;
import dev.facealign.v1.SampledPredictions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleArchiveTest {
  @TempDir Path folder;
  private ArtifactStore store;
  private SampleArchive archive;
  private DrawnSamples drawn;

  @BeforeEach
  void open() {
    store = new LocalArtifactStore(folder.resolve("artifacts"));
    archive = new SampleArchive(store);
    drawn = new DrawnSamples(folder.resolve("datasets"), 3, 64);
  }

  @Test
  void givesBackWhatItKeeps() {
    // When
    String key = archive.of("job-1").keep(4, 10, drawn.epoch(4));

    // Then another worker reads it
    SampleArchive other = new SampleArchive(store);
    SampledPredictions predictions = other.predictions(key);
    SampledFaces faces = other.faces(predictions.getFaces());
    assertThat(key).startsWith("job-1/epoch-00004-");
    assertThat(faces.getFacesCount()).isEqualTo(3);
    for (int place = 0; place < 3; place++) {
      assertThat(faces.getFaces(place).getFaceId()).isEqualTo(drawn.faces().id(place));
      assertThat(faces.getFaces(place).getJpeg().toByteArray()).startsWith(0xff, 0xd8);
      double truth = drawn.faces().labels(place)[0] + 0.5;
      assertThat(faces.getFaces(place).getPoints(0)).isCloseTo((float) truth, within(1e-6f));
      assertThat(predictions.getPredictions(place).getPoints(0))
          .isCloseTo((float) (truth + 0.05), within(1e-6f));
      assertThat(predictions.getPredictions(place).getNme()).isEqualTo(0.1);
    }
  }

  @Test
  void facesAreKeptOnceAndEpochsThatAreDoneAgainMeetNothing() {
    // When two attempts do an epoch, the second one with other rounding
    archive.of("job-1").keep(1, 10, drawn.epoch(1));
    SampleArchive.Job second = archive.of("job-1");
    second.keep(1, 10, drawn.epoch(1));
    second.keep(1, 10, drawn.epoch(2));
    second.keep(2, 10, drawn.epoch(2));

    // Then
    List<String> keys = store.keys(ArtifactKind.SAMPLES, "job-1/");
    assertThat(keys).filteredOn(key -> key.contains("/faces-")).hasSize(1);
    assertThat(keys).filteredOn(key -> key.contains("/epoch-00001-")).hasSize(2);
    assertThat(keys).filteredOn(key -> key.contains("/epoch-00002-")).hasSize(1);
  }

  @Test
  void ofALongRunSomeEpochsAreKept() {
    SampleArchive.Job job = archive.of("job-1");
    assertThat(
            IntStream.rangeClosed(1, 1000)
                .filter(epoch -> !job.keep(epoch, 1000, drawn.epoch(epoch)).isEmpty()))
        .hasSize(1 + 1000 / 6 + 1)
        .startsWith(1, 6, 12)
        .endsWith(996, 1000);
  }

  @Test
  void keepsNothingWhereThereAreNoFaces() {
    DrawnSamples none = new DrawnSamples(folder.resolve("none"), 0, 64);
    assertThat(archive.of("job-1").keep(1, 10, new EpochSamples(none.faces(), List.of())))
        .isEmpty();
    assertThat(store.keys(ArtifactKind.SAMPLES, "")).isEmpty();
  }

  @Test
  void saysWhatIsDamaged() throws Exception {
    // Given
    String key = archive.of("job-1").keep(1, 10, drawn.epoch(1));
    Path file = store.open(ArtifactKind.SAMPLES, key).folder().resolve("predictions.binpb");
    Files.write(file, new byte[] {1, 2, 3});

    // Then
    assertThatThrownBy(() -> archive.predictions(key))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.DATA_LOSS));
  }
}
