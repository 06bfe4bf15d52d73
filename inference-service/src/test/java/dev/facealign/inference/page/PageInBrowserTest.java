package dev.facealign.inference.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facealign.inference.fixture.TestModels;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.render.FaceRenderer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The page in a real browser: Chromium where it and its driver are installed (Debian: {@code apt
 * install chromium chromium-driver}). Pictures of it are left in {@code target/page}.
 */
@Timeout(120)
class PageInBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path PICTURES = Path.of("target", "page");
  private static final int PHONE_PX = 360;

  @TempDir Path folder;
  private EmbeddedServer server;
  private ChromeDriver browser;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "skipped: " + CHROMIUM + " or " + DRIVER + " is not installed");
    TestModels.constant(new LocalArtifactStore(folder.resolve("artifacts")), "a", 0.4);
    server =
        ApplicationContext.run(
            EmbeddedServer.class,
            Map.of(
                "micronaut.server.port",
                -1,
                "grpc.server.port",
                0,
                "facealign.kafka.enabled",
                false,
                "facealign.artifacts.root",
                folder.resolve("artifacts").toString(),
                "facealign.inference.page.enabled",
                true));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + folder.resolve("profile"));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void showsTheFacesOfAPhotographAndWhatCannotBeRead() throws IOException {
    // Given
    Path photograph = folder.resolve("face.png");
    ImageIO.write(new FaceRenderer().render(5, 256).image(), "png", photograph.toFile());
    Path text = Files.writeString(folder.resolve("notes.txt"), "no picture");
    browser.get(server.getURI().toString());

    // When a photograph is chosen, Then it is drawn with what was found
    browser.findElement(By.id("file")).sendKeys(photograph.toAbsolutePath().toString());
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(message()).isEqualTo("One face."));
    assertThat(browser.findElement(By.id("canvas")).isDisplayed()).isTrue();
    assertThat(number("document.getElementById('canvas').width")).isEqualTo(256);
    assertThat(browser.findElement(By.id("facts")).getText()).contains("256 x 256", "ms");
    assertThat(browser.findElement(By.id("faces")).getText()).contains("yaw, pitch, roll");
    String plain = drawing();

    // And numbers come with a click
    browser.findElement(By.id("numbers")).click();
    assertThat(drawing()).isNotEqualTo(plain);
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve("page.png"), browser.getScreenshotAs(OutputType.BYTES));

    // And a phone need not scroll sideways
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", PHONE_PX, "height", 800, "deviceScaleFactor", 1, "mobile", true));
    assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(PHONE_PX);
    Files.write(PICTURES.resolve("phone.png"), browser.getScreenshotAs(OutputType.BYTES));

    // And what is no picture is named
    browser.findElement(By.id("file")).sendKeys(text.toAbsolutePath().toString());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> message().contains("notes.txt cannot be read as a picture"));
    assertThat(complaints()).isEmpty();
  }

  private String message() {
    return browser.findElement(By.id("message")).getText();
  }

  private long number(String script) {
    return browser.executeScript("return " + script) instanceof Number number
        ? number.longValue()
        : -1;
  }

  private String drawing() {
    return String.valueOf(
        browser.executeScript("return document.getElementById('canvas').toDataURL()"));
  }

  private List<String> complaints() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }
}
