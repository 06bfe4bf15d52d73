package dev.facealign.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.TestConsole;
import dev.facealign.render.RenderedDataset;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainPreviewCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  @BeforeEach
  void aDataset() {
    RenderedDataset.write(folder.resolve("faces"), 4, 0, 96, 1);
  }

  @Test
  void drawsARowAChange() throws IOException {
    // When
    int exit = run("--size", "64", "--faces", "2", "--draws", "3", "--out", "sheet.png");

    // Then
    assertThat(exit).isZero();
    assertThat(console.out()).containsExactly(folder.resolve("sheet.png").toString());
    BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
    assertThat(sheet.getWidth()).isEqualTo(200 + 6 * 68);
    assertThat(sheet.getHeight()).isEqualTo(15 * 68);
  }

  @Test
  void drawsTheSameForTheSameSeed() throws IOException {
    // When
    run("--size", "64", "--out", "a.png");
    run("--size", "64", "--out", "b.png");
    run("--size", "64", "--seed", "2", "--out", "c.png");

    // Then
    assertThat(folder.resolve("b.png")).hasSameBinaryContentAs(folder.resolve("a.png"));
    assertThat(Files.readAllBytes(folder.resolve("c.png")))
        .isNotEqualTo(Files.readAllBytes(folder.resolve("a.png")));
  }

  @Test
  void refusesWhatItCannotDraw() {
    assertThat(run("--faces", "0")).isEqualTo(2);
    assertThat(String.join("\n", console.err())).contains("--faces: 0 (expected: 1 to 12)");
  }

  @Test
  void makesItsFolderAndRefusesAFolder() throws IOException {
    assertThat(run("--size", "64", "--out", "new/sheet.png")).isZero();
    assertThat(folder.resolve("new/sheet.png")).isNotEmptyFile();
    assertThat(run("--size", "64", "--out", "new")).isEqualTo(2);
    assertThat(String.join("\n", console.err()))
        .contains("--out: new cannot be written: it is a folder");
  }

  private int run(String... options) {
    List<String> arguments = new ArrayList<>(List.of("train", "preview", "--dataset", "faces"));
    arguments.addAll(Arrays.asList(options));
    return console.run(folder, Map.of(), arguments.toArray(String[]::new));
  }
}
