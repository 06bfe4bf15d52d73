package dev.facealign.inference.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.testkit.SharedDatasets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HaarFaceDetectorTest {
  private static final int FACES = 16;

  private final HaarFaceDetector detector =
      new HaarFaceDetector(new DetectorSettings(480, 0.1, true));

  @Test
  void findsNothingWhereThereIsNothing() {
    assertThat(detector.detect(RgbImage.of(1, 1, new byte[3]))).isEmpty();
    assertThat(detector.detect(RgbImage.of(300, 2, new byte[1800]))).isEmpty();
    assertThat(detector.detect(RgbImage.of(64, 64, new byte[64 * 64 * 3]))).isEmpty();
    assertThat(detector.name()).isEqualTo("opencv-haar-frontalface-alt2");
  }

  @Test
  void findsTrainingFacesWhereTheirLandmarksAre() {
    // Given
    List<FaceSample> samples = samples();

    // When
    int found = 0;
    for (FaceSample sample : samples) {
      Box truth = sample.landmarks().boundingBox();
      if (detector.detect(picture(sample)).stream()
          .anyMatch(box -> box.intersectionOverUnion(truth) >= 0.5)) {
        found++;
      }
    }

    // Then
    assertThat(found).isGreaterThanOrEqualTo((int) (0.8 * samples.size()));
  }

  @Test
  void answersTheSameToManyThreadsAtOnce() throws Exception {
    // Given
    List<RgbImage> pictures = samples().stream().limit(4).map(this::picture).toList();
    List<List<Box>> alone = pictures.stream().map(detector::detect).toList();

    // When
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<Box>>> calls = new ArrayList<>();
      pictures.forEach(picture -> calls.add(() -> detector.detect(picture)));
      List<List<Box>> together = new ArrayList<>();
      for (Future<List<Box>> call : threads.invokeAll(calls)) {
        together.add(call.get());
      }

      // Then
      assertThat(together).isEqualTo(alone);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void mapsItsSquareByTheRule() {
    LandmarkBoxRule rule = new LandmarkBoxRule(0.1, 0.2, 0.8, 0.6);
    Box box = rule.landmarkBox(100, 50, 40);
    Offset<Double> close = Offset.offset(1e-9);
    assertThat(box.centreX()).isEqualTo(124, close);
    assertThat(box.centreY()).isEqualTo(78, close);
    assertThat(box.width()).isEqualTo(32, close);
    assertThat(box.height()).isEqualTo(24, close);
  }

  private static List<FaceSample> samples() {
    SharedDatasets.require("300w");
    List<FaceSample> all =
        new DatasetCatalog(SharedDatasets.root())
            .open("300w", "train", "68").faces().stream().filter(FaceSample::hasPicture).toList();
    List<FaceSample> some = new ArrayList<>();
    for (int i = 0; i < FACES; i++) {
      some.add(all.get(i * (all.size() / FACES)));
    }
    return some;
  }

  private RgbImage picture(FaceSample sample) {
    return new ImageDecoder(ImageLimits.DEFAULT).decode(sample.readEncodedPicture());
  }
}
