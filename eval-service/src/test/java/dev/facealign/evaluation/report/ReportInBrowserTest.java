package dev.facealign.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.testkit.Browser;
import dev.facealign.v1.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser. Pictures of it are left in {@code target/report}. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportInBrowserTest {

  private static final Path PICTURES = Path.of("target", "report");
  private static final int PHONE_PX = 360;
  private static final int PAPER_PX = 720;

  private Browser browser;
  private Path file;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    browser = Browser.start(folder.resolve("profile"));
    SampleReport sample = new SampleReport(Files.createDirectories(folder.resolve("datasets")));
    Evaluation report = sample.write(60);
    file =
        Files.writeString(
            Files.createDirectories(PICTURES).resolve("report.html"),
            new EvaluationPages(sample.catalog()).of(report));
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() {
    browser.look(1280, "light", "screen");
    browser.open(file.toUri().toString());
  }

  @Test
  void tellsTheDistributionsValuesWhereThePointerIs() throws IOException {
    // Given
    WebElement plot = browser.find("#ced svg");
    WebElement tip = browser.find("#ced .tip");
    assertThat(tip.isDisplayed()).isFalse();

    // When: in the middle of the plot
    browser.pointAt(plot);

    // Then: the limit and a share for every subset
    assertThat(tip.isDisplayed()).isTrue();
    assertThat(tip.getText())
        .containsPattern("NME \u2264 4\\.[5-9] %|NME \u2264 5\\.[0-3] %")
        .containsPattern("street/testset\\s+[0-9.]+ %")
        .containsPattern("studio/testset\\s+[0-9.]+ %");
    browser.pictureOfScreen(PICTURES.resolve("hover.png"));
    browser.pictureOfPage(PICTURES.resolve("light.png"));

    // When: by keys
    String before = tip.getText();
    plot.sendKeys(Keys.ARROW_RIGHT);

    // Then
    assertThat(tip.getText()).isNotEqualTo(before);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void sortsPointsByTheirErrors() {
    // Given
    browser.find("#regions summary").click();

    // When: largest first
    browser.find("#points th:nth-child(3) button").click();

    // Then
    List<Double> errors =
        browser.findAll("#points tbody td:nth-child(3)").stream()
            .map(cell -> Double.valueOf(cell.getText()))
            .toList();
    assertThat(errors).hasSize(68).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void leavesOutWhatIsSwitchedOff() {
    // Given
    WebElement points = browser.find("#gallery .true.points");
    assertThat(points.isDisplayed()).isTrue();

    // When
    browser.find("[data-layer=true]").click();

    // Then
    assertThat(points.isDisplayed()).isFalse();
    assertThat(browser.find("#gallery .predicted.points").isDisplayed()).isTrue();
    assertThat(browser.number("document.querySelectorAll('#gallery image').length")).isEqualTo(26);
  }

  @Test
  void fitsAPhone() throws IOException {
    // When
    browser.look(PHONE_PX, "light", "screen");

    // Then: tables scroll in themselves, the page does not
    assertThat(browser.number("document.documentElement.scrollWidth")).isEqualTo(PHONE_PX);
    assertThat(browser.number("document.documentElement.clientWidth")).isEqualTo(PHONE_PX);
    browser.pictureOfPage(PICTURES.resolve("phone.png"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void isDarkForThoseWhoLikeItDark() throws IOException {
    // Given
    String light = browser.find("body").getCssValue("background-color");

    // When
    browser.look(1280, "dark", "screen");

    // Then
    assertThat(browser.find("body").getCssValue("background-color")).isNotEqualTo(light);
    browser.pictureOfPage(PICTURES.resolve("dark.png"));
  }

  @Test
  void printsWithoutSwitchesOnWhite() throws IOException {
    // When: a dark screen does not make dark paper
    browser.look(PAPER_PX, "dark", "print");

    // Then
    assertThat(browser.find("body").getCssValue("background-color"))
        .isEqualTo("rgba(255, 255, 255, 1)");
    assertThat(browser.find(".switches").isDisplayed()).isFalse();
    browser.pictureOfPage(PICTURES.resolve("print.png"));
    assertThat(browser.number("document.documentElement.scrollWidth"))
        .as("nothing is cut off at the right")
        .isEqualTo(browser.number("document.documentElement.clientWidth"));
    browser.print(PICTURES.resolve("print.pdf"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void loadsNothing() {
    // Then: no address of another file, nothing fetched
    assertThat(
            browser.number(
                "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length"))
        .isZero();
  }
}
