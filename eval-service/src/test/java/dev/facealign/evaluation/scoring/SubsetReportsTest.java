package dev.facealign.evaluation.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.v1.SubsetMetrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SubsetReportsTest {

  private static final LandmarkScheme SCHEME = LandmarkScheme.IBUG_68;

  /** A face's folder, how far off its points are in pixels, and what sort of face it is. */
  record Drawn(String folder, double offPx, String sort) {}

  @Provide
  Arbitrary<List<Drawn>> faces() {
    return Combinators.combine(
            Arbitraries.of("helen/testset", "lfpw/testset", "ibug"),
            Arbitraries.doubles().between(0, 30),
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, Arbitraries.just("valid")),
                net.jqwik.api.Tuple.of(1, Arbitraries.just("failed")),
                net.jqwik.api.Tuple.of(1, Arbitraries.just("excluded"))))
        .as(Drawn::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  @Property(tries = 60)
  void fullIsTheMeanOfItsPartsWeightedByTheirFaces(@ForAll("faces") List<Drawn> faces) {
    // When
    List<SubsetMetrics> subsets = metrics(faces);

    // Then
    SubsetMetrics full = subsets.get(0);
    SubsetMetrics common = subsets.get(1);
    SubsetMetrics challenging = subsets.get(2);
    assertThat(full.getFaces())
        .isEqualTo(faces.size())
        .isEqualTo(common.getFaces() + challenging.getFaces());
    assertThat(full.getInvalid()).isEqualTo(common.getInvalid() + challenging.getInvalid());
    long[] valid = {count(faces, "valid", false), count(faces, "valid", true)};
    long[] failed = {count(faces, "failed", false), count(faces, "failed", true)};
    assertMean(full, common, challenging, SubsetMetrics::getNme, valid[0], valid[1]);
    assertMean(full, common, challenging, SubsetMetrics::getNmeInterPupil, valid[0], valid[1]);
    assertMean(full, common, challenging, SubsetMetrics::getNmeBoxDiagonal, valid[0], valid[1]);
    for (ToDoubleFunction<SubsetMetrics> figure :
        List.<ToDoubleFunction<SubsetMetrics>>of(
            SubsetMetrics::getFrAt008,
            SubsetMetrics::getFrAt010,
            SubsetMetrics::getAucAt008,
            SubsetMetrics::getAucAt010,
            SubsetMetrics::getAucFard2022)) {
      assertMean(full, common, challenging, figure, valid[0] + failed[0], valid[1] + failed[1]);
    }
  }

  private static void assertMean(
      SubsetMetrics full,
      SubsetMetrics common,
      SubsetMetrics challenging,
      ToDoubleFunction<SubsetMetrics> figure,
      long commonFaces,
      long challengingFaces) {
    double sum =
        (commonFaces == 0 ? 0 : commonFaces * figure.applyAsDouble(common))
            + (challengingFaces == 0 ? 0 : challengingFaces * figure.applyAsDouble(challenging));
    double expected = sum / (commonFaces + challengingFaces);
    if (Double.isNaN(expected)) {
      assertThat(figure.applyAsDouble(full)).isNaN();
    } else {
      assertThat(figure.applyAsDouble(full)).isCloseTo(expected, within(1e-12));
    }
  }

  private static long count(List<Drawn> faces, String sort, boolean challenging) {
    return faces.stream()
        .filter(face -> face.sort().equals(sort) && face.folder().equals("ibug") == challenging)
        .count();
  }

  @Property(tries = 1)
  void aPartWithoutFacesIsListedWithNone() {
    // When
    List<SubsetMetrics> subsets = metrics(List.of(new Drawn("lfpw/testset", 1, "valid")));

    // Then
    assertThat(subsets)
        .extracting(SubsetMetrics::getName)
        .containsExactly("full", "common", "challenging");
    SubsetMetrics none = subsets.get(2);
    assertThat(none.getFaces()).isZero();
    assertThat(none.getExpectedFaces()).isEqualTo(135);
    assertThat(none.getNme()).isNaN();
    assertThat(none.getIntervals().hasNme()).isFalse();
    assertThat(subsets.get(0).getNme()).isEqualTo(subsets.get(1).getNme()).isPositive();
  }

  private static List<SubsetMetrics> metrics(List<Drawn> faces) {
    SubsetReports reports =
        new SubsetReports(
            new DatasetSummary("300w", "full", DatasetFormat.W300, SCHEME, faces.size(), 689, ""));
    for (int i = 0; i < faces.size(); i++) {
      Drawn drawn = faces.get(i);
      Face face = new Face(drawn.folder() + "/face_" + i, shape(i));
      reports.add(face, outcome(drawn, face));
    }
    return reports.metrics();
  }

  private static FaceOutcome outcome(Drawn drawn, Face face) {
    Landmarks predicted = face.landmarks().map(Affine.translate(drawn.offPx(), 0));
    return switch (drawn.sort()) {
      case "failed" -> new FaceOutcome.Failed(face.id(), "on purpose", null);
      case "excluded" -> new FaceOutcome.Excluded(face.id(), "on purpose");
      default -> {
        Map<Normaliser, Double> errors = new EnumMap<>(Normaliser.class);
        for (Normaliser by : Normaliser.values()) {
          errors.put(
              by, Nme.of(predicted, face.landmarks(), by.distance(SCHEME, face.landmarks())));
        }
        yield new FaceOutcome.Valid(
            face.id(), Normaliser.INTER_OCULAR, errors, predicted, Optional.empty());
      }
    };
  }

  /** Points on a circle, which grows with the number. */
  private static Landmarks shape(int number) {
    double[] xy = new double[136];
    for (int m = 0; m < 68; m++) {
      xy[2 * m] = (60 + number) * Math.cos(2 * Math.PI * m / 68);
      xy[2 * m + 1] = (60 + number) * Math.sin(2 * Math.PI * m / 68);
    }
    return Landmarks.of(xy);
  }

  private record Face(String id, Landmarks landmarks) implements FaceSample {
    @Override
    public String pictureId() {
      return id;
    }

    @Override
    public boolean hasPicture() {
      return false;
    }

    @Override
    public byte[] readEncodedPicture() {
      throw new UnsupportedOperationException("no picture");
    }
  }
}
