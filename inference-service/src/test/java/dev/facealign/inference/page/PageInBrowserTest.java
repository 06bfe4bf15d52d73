package dev.facealign.inference.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.render.FaceRenderer;
import dev.facealign.testkit.Browser;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. Pictures of it are left in {@code target/page}. */
@Timeout(120)
class PageInBrowserTest {
  private static final Path PICTURES = Path.of("target", "page");
  private static final int PHONE_PX = 360;
  private static final int WIDTH_PX = 640;
  private static final int HEIGHT_PX = 480;

  @TempDir Path folder;
  private RunningService service;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    browser = Browser.startWithCamera(folder.resolve("profile"), film());
    TestModels.constant(new LocalArtifactStore(folder.resolve("artifacts")), "a", 0.4);
    service =
        RunningService.startWithoutKafka(
            folder.resolve("artifacts"), Map.of("facealign.inference.page.enabled", true));
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (service != null) {
      service.close();
    }
  }

  @Test
  void showsTheFacesOfAPhotographAndWhatCannotBeRead() throws IOException {
    // Given
    Path photograph = folder.resolve("face.png");
    ImageIO.write(new FaceRenderer().render(5, 256).image(), "png", photograph.toFile());
    Path text = Files.writeString(folder.resolve("notes.txt"), "no picture");
    browser.open(service.http().getURI().toString());

    // When a photograph is chosen, Then it is drawn with what was found
    browser.find("#file").sendKeys(photograph.toAbsolutePath().toString());
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(message()).isEqualTo("One face."));
    assertThat(browser.find("#canvas").isDisplayed()).isTrue();
    assertThat(browser.number("document.getElementById('canvas').width")).isEqualTo(256);
    assertThat(browser.find("#facts").getText()).contains("256 x 256", "ms");
    assertThat(browser.find("#faces").getText()).contains("yaw, pitch, roll");
    String plain = drawing();

    // And numbers come with a click
    browser.find("#numbers").click();
    assertThat(drawing()).isNotEqualTo(plain);
    browser.pictureOfScreen(PICTURES.resolve("page.png"));

    // And a phone need not scroll sideways
    browser.look(PHONE_PX, "light", "screen");
    assertThat(browser.number("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(PHONE_PX);
    browser.pictureOfScreen(PICTURES.resolve("phone.png"));

    // And what is no picture is named
    browser.find("#file").sendKeys(text.toAbsolutePath().toString());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> message().contains("notes.txt cannot be read as a picture"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void followsTheCameraUntilItIsStopped() throws IOException {
    // Given
    browser.open(service.http().getURI().toString());

    // When
    browser.find("#camera").click();

    // Then faces are found in what it sees, again and again
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(message()).isEqualTo("One face."));
    assertThat(browser.number("document.getElementById('canvas').width")).isEqualTo(WIDTH_PX);
    assertThat(browser.find("#camera").getText()).isEqualTo("Stop the camera");
    long asked = requests();
    await().atMost(Duration.ofSeconds(30)).until(() -> requests() > asked + 2);
    browser.pictureOfScreen(PICTURES.resolve("camera.png"));

    // When
    browser.find("#camera").click();

    // Then it is off, and the last picture stays
    assertThat(browser.find("#camera").getText()).isEqualTo("Use the camera");
    assertThat(browser.find("#canvas").isDisplayed()).isTrue();
    assertThat(browser.complaints()).isEmpty();
  }

  private long requests() {
    return browser.number("performance.getEntriesByType('resource').length");
  }

  /** A face before a wall, for the camera. */
  private Path film() throws IOException {
    BufferedImage still = new BufferedImage(WIDTH_PX, HEIGHT_PX, BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = still.createGraphics();
    drawing.drawImage(new FaceRenderer().render(5, HEIGHT_PX).image(), 80, 0, null);
    drawing.dispose();
    Path film = folder.resolve("film.mjpeg");
    ImageIO.write(still, "jpg", film.toFile());
    return film;
  }

  private String message() {
    return browser.find("#message").getText();
  }

  private String drawing() {
    return browser.text("document.getElementById('canvas').toDataURL()");
  }
}
