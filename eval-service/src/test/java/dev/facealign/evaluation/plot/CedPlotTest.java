package dev.facealign.evaluation.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.metric.ErrorDistribution;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class CedPlotTest {
  @Test
  void isAWellFormedPictureOfEveryCurve() throws Exception {
    // Given
    Map<String, ErrorDistribution> curves = new LinkedHashMap<>();
    curves.put("full", ErrorDistribution.of(0.02, 0.03, 0.04, 0.2));
    curves.put("ibug", ErrorDistribution.of(Double.NaN));
    curves.put("none", new ErrorDistribution.Builder().addExcluded().build());

    // When
    String svg = CedPlot.svg("a <model> & more", "drawn, full", "distance of the pupils", curves);
    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));

    // Then
    assertThat(picture.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(svg)
        .contains("a &lt;model&gt; &amp; more")
        .contains("error, % of the distance of the pupils")
        .contains("NME 7.25 %, AUC@10 0.5250")
        .contains("FR@10 25.00 %, 4 faces")
        .contains("FR@10 100.00 %, 1 faces, 1 invalid")
        .contains("NME - %, AUC@10 -");
  }

  @Test
  void aCurveEndsAtTheShareOfFacesBelowTenPercent() {
    // Given
    String svg = CedPlot.svg("t", "s", "l", Map.of("half", ErrorDistribution.of(0.001, 0.5)));

    // Then: from the lower left corner to half the height at the right edge
    assertThat(svg).contains("points=\"70.0,454.0 ").contains("570.0,259.0 \"/>");
  }
}
