package dev.facealign.evaluation.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.facealign.evaluation.scoring.Certainty;
import dev.facealign.metric.Calibration;
import dev.facealign.metric.ErrorRejection;
import java.io.StringReader;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class CertaintyPlotsTest {
  @Test
  void calibrationIsADotABinAndTheDiagonal() throws Exception {
    // Given: two bins, 1 % expected and seen, 3 % expected and 4 % seen
    Certainty certainty =
        new Certainty(
            Calibration.of(
                new double[] {0.01, 0.01, 0.03, 0.03}, new double[] {0.01, 0.01, 0.03, 0.05}, 2),
            0.8,
            0.5,
            ErrorRejection.of(new double[] {1}, new double[] {0.02}));

    // When
    String svg = CertaintyPlots.calibration("a <model>", "drawn", certainty);

    // Then: axes from 0 to 4 % in a square of 390 pixels at (70, 64)
    Document picture = parsed(svg);
    assertThat(picture.getElementsByTagName("circle").getLength()).isEqualTo(2);
    assertThat(svg)
        .contains("a &lt;model&gt;")
        .contains("drawn; calibration error 0.50 %")
        .contains("points=\"70.0,454.0 460.0,64.0 \"")
        .contains("cx=\"167.5\" cy=\"356.5\"")
        .contains("cx=\"362.5\" cy=\"64.0\"")
        .contains("expected error of points, % of the box's diagonal")
        .contains("2 bins of 2 points", "mean expected error 2.00 %", "mean observed error 2.50 %")
        .contains("rank correlation of points 0.800");
  }

  @Test
  void rejectionIsACurveOfTheModelTheOracleAndChance() throws Exception {
    // Given
    Certainty certainty =
        new Certainty(
            Calibration.of(new double[] {1}, new double[] {1}, 1),
            0,
            0.5,
            ErrorRejection.of(
                new double[] {0.5, 0.9, 0.1, 0.2}, new double[] {0.01, 0.08, 0.03, 0.04}));

    // When
    String svg = CertaintyPlots.rejection("t", "s", "l", certainty);

    // Then
    assertThat(parsed(svg).getElementsByTagName("polyline").getLength()).isEqualTo(3);
    assertThat(svg)
        .contains("faces rejected, most uncertain first, %")
        .contains("area 3.29 %", "area 2.42 %", "area 4.00 %")
        .contains("rank correlation of faces 0.500")
        // 4 % of all to 3 % of the last, at three quarters; the axis ends at 4 %
        .contains("points=\"70.0,64.0 195.0,194.0 320.0,112.", " 445.0,161.5 \"");
  }

  @Test
  void oneFaceAndManyHaveTheirCurves() throws Exception {
    for (int faces : new int[] {1, 2, 401, 3000}) {
      // Given
      double[] nme = new Random(faces).doubles(faces, 0, 0.2).toArray();
      Certainty certainty =
          new Certainty(Calibration.of(nme, nme, 10), 1, 1, ErrorRejection.of(nme, nme));

      // Then
      assertThat(parsed(CertaintyPlots.rejection("t", "s", "l", certainty))).isNotNull();
      assertThat(CertaintyPlots.calibration("t", "s", certainty)).doesNotContain("NaN");
    }
  }

  @ParameterizedTest
  @CsvSource({"9.3, 10, 1", "10, 10, 1", "10.1, 12, 2", "4.2, 4.5, 0.5", "0.013, 0.014, 0.002"})
  void axesHaveRoundNumbers(double value, double upTo, double step) {
    // When
    Plot.Axis axis = Plot.Axis.reaching("", value);

    // Then
    assertThat(axis.step()).isCloseTo(step, withinPercentage(1e-6));
    assertThat(axis.steps()).isBetween(1, 10);
    assertThat(axis.upTo()).isCloseTo(upTo, withinPercentage(1e-6));
    assertThat(Double.parseDouble(axis.number(3))).isCloseTo(3 * step, withinPercentage(1e-6));
  }

  private static Document parsed(String svg) throws Exception {
    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
