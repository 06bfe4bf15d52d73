package dev.facealign.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facealign.v1.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The page in a real browser: Chromium where it and its driver are installed (Debian: {@code apt
 * install chromium chromium-driver}). Pictures of it are left in {@code target/report}.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportInBrowserTest {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path PICTURES = Path.of("target", "report");
  private static final int PHONE_PX = 360;
  private static final int PAPER_PX = 720;

  private ChromeDriver browser;
  private Path file;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "skipped: " + CHROMIUM + " or " + DRIVER + " is not installed");
    SampleReport sample = new SampleReport(Files.createDirectories(folder.resolve("datasets")));
    Evaluation report = sample.write(60);
    file =
        Files.writeString(
            Files.createDirectories(PICTURES).resolve("report.html"),
            new EvaluationPages(sample.catalog()).of(report));
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

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void open() {
    look(1280, "light", "screen");
    browser.get(file.toUri().toString());
  }

  /** A screen of this width, as the browser's settings would have it. */
  private void look(int widthPx, String scheme, String medium) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", widthPx, "height", 900, "deviceScaleFactor", 1, "mobile", widthPx < 500));
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            medium,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private void picture(String name) throws IOException {
    Object data =
        browser
            .executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                    "format",
                    "png",
                    "captureBeyondViewport",
                    true,
                    "clip",
                    Map.of(
                        "x",
                        0,
                        "y",
                        0,
                        "width",
                        number("document.documentElement.scrollWidth"),
                        "height",
                        number("document.documentElement.scrollHeight"),
                        "scale",
                        1)))
            .get("data");
    Files.write(PICTURES.resolve(name), Base64.getDecoder().decode(String.valueOf(data)));
  }

  private long number(String script) {
    Object value = browser.executeScript("return " + script);
    return value instanceof Number number ? number.longValue() : -1;
  }

  private List<String> complaints() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  @Test
  void tellsTheDistributionsValuesWhereThePointerIs() throws IOException {
    // Given
    WebElement plot = browser.findElement(By.cssSelector("#ced svg"));
    WebElement tip = browser.findElement(By.cssSelector("#ced .tip"));
    assertThat(tip.isDisplayed()).isFalse();

    // When: in the middle of the plot
    Object unused = browser.executeScript("arguments[0].scrollIntoView({block:'center'})", plot);
    new Actions(browser).moveToElement(plot).perform();

    // Then: the limit and a share for every subset
    assertThat(tip.isDisplayed()).isTrue();
    assertThat(tip.getText())
        .containsPattern("NME \u2264 4\\.[5-9] %|NME \u2264 5\\.[0-3] %")
        .containsPattern("street/testset\\s+[0-9.]+ %")
        .containsPattern("studio/testset\\s+[0-9.]+ %");
    Files.write(PICTURES.resolve("hover.png"), browser.getScreenshotAs(OutputType.BYTES));
    picture("light.png");

    // When: by keys
    String before = tip.getText();
    plot.sendKeys(Keys.ARROW_RIGHT);

    // Then
    assertThat(tip.getText()).isNotEqualTo(before);
    assertThat(complaints()).isEmpty();
  }

  @Test
  void sortsPointsByTheirErrors() {
    // Given
    browser.findElement(By.cssSelector("#regions summary")).click();

    // When: largest first
    browser.findElement(By.cssSelector("#points th:nth-child(3) button")).click();

    // Then
    List<Double> errors =
        browser.findElements(By.cssSelector("#points tbody td:nth-child(3)")).stream()
            .map(cell -> Double.valueOf(cell.getText()))
            .toList();
    assertThat(errors).hasSize(68).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(complaints()).isEmpty();
  }

  @Test
  void leavesOutWhatIsSwitchedOff() {
    // Given
    WebElement points = browser.findElement(By.cssSelector("#gallery .true.points"));
    assertThat(points.isDisplayed()).isTrue();

    // When
    browser.findElement(By.cssSelector("[data-layer=true]")).click();

    // Then
    assertThat(points.isDisplayed()).isFalse();
    assertThat(browser.findElement(By.cssSelector("#gallery .predicted.points")).isDisplayed())
        .isTrue();
    assertThat(number("document.querySelectorAll('#gallery image').length")).isEqualTo(26);
  }

  @Test
  void fitsAPhone() throws IOException {
    // When
    look(PHONE_PX, "light", "screen");

    // Then: tables scroll in themselves, the page does not
    assertThat(number("document.documentElement.scrollWidth")).isEqualTo(PHONE_PX);
    assertThat(number("document.documentElement.clientWidth")).isEqualTo(PHONE_PX);
    picture("phone.png");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void isDarkForThoseWhoLikeItDark() throws IOException {
    // Given
    String light = browser.findElement(By.tagName("body")).getCssValue("background-color");

    // When
    look(1280, "dark", "screen");

    // Then
    assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
        .isNotEqualTo(light);
    picture("dark.png");
  }

  @Test
  void printsWithoutSwitchesOnWhite() throws IOException {
    // When: a dark screen does not make dark paper
    look(PAPER_PX, "dark", "print");

    // Then
    assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
        .isEqualTo("rgba(255, 255, 255, 1)");
    assertThat(browser.findElement(By.className("switches")).isDisplayed()).isFalse();
    picture("print.png");
    assertThat(number("document.documentElement.scrollWidth"))
        .as("nothing is cut off at the right")
        .isEqualTo(number("document.documentElement.clientWidth"));
    Object pdf =
        browser.executeCdpCommand("Page.printToPDF", Map.of("printBackground", true)).get("data");
    Files.write(PICTURES.resolve("print.pdf"), Base64.getDecoder().decode(String.valueOf(pdf)));
    assertThat(complaints()).isEmpty();
  }

  @Test
  void loadsNothing() {
    // Then: no address of another file, nothing fetched
    assertThat(
            number(
                "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length"))
        .isZero();
    assertThat(browser.getScreenshotAs(OutputType.BYTES)).isNotEmpty();
  }
}
