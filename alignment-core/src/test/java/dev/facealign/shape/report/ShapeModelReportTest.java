package dev.facealign.shape.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.crop.CropPolicy;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.shape.ShapeNormalisation;
import dev.facealign.shape.report.ShapeModelReport.Mode;
import dev.facealign.shape.report.ShapeModelReport.Spread;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShapeModelReportTest {
  private static final LandmarkScheme TRIANGLE =
      new LandmarkScheme(
          "triangle",
          new int[] {1, 0, 2},
          null,
          null,
          List.of(
              new FaceRegion("left-side", new int[] {0, 2}, false),
              new FaceRegion("right-side", new int[] {1}, true)));

  @Test
  void modesAndPointsShareTheSameVariance() {
    // Given
    ShapeModelReport report = new ShapeModelReport(triangles(40));

    // Then
    assertThat(report.modes())
        .hasSize(6)
        .extracting(Mode::number)
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(report.modes().stream().mapToDouble(Mode::share).sum()).isCloseTo(1, within(1e-12));
    assertThat(report.modes().get(5).cumulativeShare()).isCloseTo(1, within(1e-12));
    double ofPoints =
        report.spreads().stream()
            .mapToDouble(s -> s.deviationX() * s.deviationX() + s.deviationY() * s.deviationY())
            .sum();
    assertThat(ofPoints).isCloseTo(report.totalVariance(), within(1e-12));
    for (Spread spread : report.spreads()) {
      assertThat(spread.major()).isGreaterThanOrEqualTo(spread.minor());
      assertThat(spread.major() * spread.major() + spread.minor() * spread.minor())
          .isCloseTo(
              spread.deviationX() * spread.deviationX() + spread.deviationY() * spread.deviationY(),
              within(1e-12));
    }
    assertThat(report.marks())
        .allSatisfy(
            mark ->
                assertThat(mark.components())
                    .isEqualTo(
                        report
                            .model()
                            .components(new ComponentPolicy.VarianceShare(mark.share()))));
  }

  @Test
  void anEllipseLiesAlongTheDirectionItsPointStraysIn() {
    // Given: point 2 goes down and to the right, twice as far down
    ShapeModel model =
        new ShapeModel(
            TRIANGLE,
            ShapeNormalisation.of(CropPolicy.SQUARE_V1),
            new double[] {-0.3, -0.2, 0.3, -0.2, 0, 0.4},
            new double[] {0.05},
            new double[][] {{0, 0, 0, 0, 1 / Math.sqrt(5), 2 / Math.sqrt(5)}});

    // When
    ShapeModelReport report = new ShapeModelReport(model);
    Spread spread = report.spreads().get(2);

    // Then
    assertThat(spread.angle()).isCloseTo(Math.atan2(2, 1), within(1e-12));
    assertThat(spread.major()).isCloseTo(Math.sqrt(0.05), within(1e-12));
    assertThat(spread.minor()).isCloseTo(0, within(1e-8));
    assertThat(spread.deviationX()).isCloseTo(0.1, within(1e-12));
    assertThat(report.modes().get(0).pointMovement()).isCloseTo(Math.sqrt(0.05 / 3), within(1e-12));
    assertThat(report.along(1, -3))
        .containsExactly(new double[] {-0.3, -0.2, 0.3, -0.2, -0.3, -0.2}, within(1e-12));
    assertThatThrownBy(() -> report.along(2, 1)).hasMessageContaining("mode: 2 (expected: 1 to 1)");
  }

  @Test
  void aSheetShowsEveryModel() {
    // Given
    LandmarkScheme point = new LandmarkScheme("one", new int[] {0}, null, null, List.of());
    ShapeModel single =
        new ShapeModel(
            point,
            ShapeNormalisation.of(CropPolicy.STRETCH_V1),
            new double[] {0, 0},
            new double[] {0.01},
            new double[][] {{1, 0}});
    ShapeModel same =
        new ShapeModel(
            TRIANGLE,
            ShapeNormalisation.of(CropPolicy.SQUARE_V1),
            new double[] {-0.3, -0.2, 0.3, -0.2, 0, 0.4},
            new double[0],
            new double[0][]);

    // Then
    for (ShapeModel model : List.of(triangles(2), triangles(40), single, same)) {
      for (int modes : new int[] {0, 1, 4}) {
        ShapeModelSheet sheet =
            new ShapeModelSheet(new ShapeModelReport(model), "a model", "of faces", modes);
        BufferedImage picture = sheet.picture(0.5);
        assertThat(picture.getWidth()).isEqualTo(800);
        assertThat(picture.getHeight()).isEqualTo((sheet.size().height + 1) / 2);
        assertThat(inked(picture)).isGreaterThan(0.005);
      }
    }
    ShapeModelReport report = new ShapeModelReport(same);
    assertThatThrownBy(() -> new ShapeModelSheet(report, "", "", 21))
        .hasMessage("modes: 21 (expected: 0 to 20)");
  }

  private static double inked(BufferedImage picture) {
    long inked =
        IntStream.range(0, picture.getHeight())
            .mapToLong(
                y ->
                    IntStream.range(0, picture.getWidth())
                        .filter(x -> picture.getRGB(x, y) != Color.WHITE.getRGB())
                        .count())
            .sum();
    return (double) inked / (picture.getWidth() * picture.getHeight());
  }

  private static ShapeModel triangles(int count) {
    SplittableRandom random = new SplittableRandom(count);
    ShapeModelFitter fitter = new ShapeModelFitter(TRIANGLE, CropPolicy.SQUARE_V1);
    for (int i = 0; i < count; i++) {
      fitter.add(
          new double[] {
            -0.3 + random.nextDouble(0.2),
            -0.2 + random.nextDouble(0.1),
            0.3 + random.nextDouble(0.1),
            -0.2 + random.nextDouble(0.1),
            random.nextDouble(0.1),
            0.4 + random.nextDouble(0.1)
          });
    }
    return fitter.fit();
  }
}
