package dev.facealign.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawingTest {
  @ParameterizedTest
  @ValueSource(strings = {"68", "29"})
  void aPointIsDrawnOnItsPixel(String schemeId) {
    // Given
    LandmarkScheme scheme = LandmarkScheme.byId(schemeId);
    double[] xy = new double[2 * scheme.count()];
    for (int m = 0; m < scheme.count(); m++) {
      xy[2 * m] = 20 + 30 * (m % 10);
      xy[2 * m + 1] = 20 + 30 * (m / 10);
    }
    BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);

    // When
    new LandmarkDrawing(scheme, Color.GREEN).draw(image, Landmarks.of(xy));

    // Then
    for (int m = 0; m < scheme.count(); m++) {
      assertThat(image.getRGB((int) xy[2 * m], (int) xy[2 * m + 1]))
          .isEqualTo(Color.GREEN.getRGB());
    }
  }

  @Test
  void pointsThatAreNotFiniteAreLeftOut() {
    // Given
    double[] xy = new double[136];
    java.util.Arrays.fill(xy, Double.NaN);
    BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);

    // When
    new LandmarkDrawing(LandmarkScheme.IBUG_68, Color.RED).draw(image, Landmarks.of(xy));

    // Then
    assertThat(image.getRGB(0, 0)).isEqualTo(Color.BLACK.getRGB());
  }

  @Test
  void aSheetHoldsAllPicturesInRows() {
    // Given
    BufferedImage wide = new BufferedImage(80, 20, BufferedImage.TYPE_INT_RGB);

    // When
    BufferedImage sheet = new ContactSheet(3, 40).of(List.of(wide, wide, wide, wide));

    // Then
    assertThat(sheet.getWidth()).isEqualTo(3 * 44 + 4);
    assertThat(sheet.getHeight()).isEqualTo(2 * 44 + 4);
    assertThat(sheet.getRGB(4 + 20, 4 + 20)).isEqualTo(Color.BLACK.getRGB());
    assertThat(sheet.getRGB(4 + 20, 4 + 5)).isEqualTo(Color.WHITE.getRGB());
  }
}
