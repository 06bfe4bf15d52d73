package dev.facealign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.render.FaceRenderer;
import dev.facealign.render.RenderedFace;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureSheetTest {
  @Test
  void showsBothSetsOfPointsInAGrid() throws Exception {
    // Given
    FaceRenderer renderer = new FaceRenderer();
    PictureSheet sheet = new PictureSheet(LandmarkScheme.IBUG_68);
    for (int i = 0; i < 8; i++) {
      RenderedFace face = renderer.render(i, 180);
      Landmarks off = face.landmarks().map(Affine.translate(i, i / 2.0));
      sheet.add(face.image(), new HeldOutFace("face" + i, face.landmarks(), off, i / 50.0));
    }

    // When
    BufferedImage drawn =
        sheet.draw(
            "Test faces: rendered faces (drawings, not photographs)", "all 8 faces: NME 7.00 %");

    // Then
    assertThat(drawn.getWidth()).isEqualTo(6 * 228 + 8);
    assertThat(drawn.getHeight()).isEqualTo(76 + 2 * 250 + 8);
    int green = 0;
    int red = 0;
    for (int y = 76; y < drawn.getHeight(); y++) {
      for (int x = 0; x < drawn.getWidth(); x++) {
        green += drawn.getRGB(x, y) == 0xff00e676 ? 1 : 0;
        red += drawn.getRGB(x, y) == 0xffff4040 ? 1 : 0;
      }
    }
    assertThat(green).isGreaterThan(1000);
    assertThat(red).isGreaterThan(1000);
    Files.createDirectories(Path.of("target"));
    ImageIO.write(drawn, "png", Path.of("target", "picture-sheet-test.png").toFile());
  }
}
