package dev.facealign.trainer.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.facealign.testkit.Browser;
import dev.facealign.trainer.sample.DrawnSamples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;

/** A run's page in a real browser, live. Pictures of it are left in {@code target/run}. */
@Timeout(120)
class RunInBrowserTest {
  private static final Path PICTURES = Path.of("target", "run");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PHONE_PX = 360;

  @TempDir Path folder;
  private Browser browser;
  private HttpServer server;
  private ToldRun run;
  private DrawnSamples samples;

  @BeforeEach
  void start() throws IOException {
    browser = Browser.start(folder.resolve("profile"));
    run = new ToldRun(folder.resolve("artifacts"), "mobilenet-v2-68");
    samples = new DrawnSamples(folder.resolve("datasets"), 6, 112);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/runs/job-1", "text/html; charset=utf-8", run::page);
    answer("/runs/job-1.json", "application/json", run::json);
    // Browsers ask for it of their own accord.
    answer("/favicon.ico", "image/x-icon", () -> "");
    server.start();
  }

  private void answer(String path, String type, Supplier<String> text) {
    server.createContext(
        path,
        exchange -> {
          try (HttpExchange open = exchange) {
            byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
            open.getResponseHeaders().add("Content-Type", type);
            open.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            open.getResponseBody().write(body);
          }
        });
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void showsAnyEpochsPredictionsWhileTheRunGoesOn() throws IOException {
    // Given a run with four epochs
    for (int epoch = 1; epoch <= 4; epoch++) {
      run.epoch(epoch, samples);
    }
    browser.look(1280, "light", "screen");
    browser.open("http://127.0.0.1:" + server.getAddress().getPort() + "/runs/job-1");

    // Then the newest is drawn, as the server drew it
    assertThat(shown()).isEqualTo("4 10.00 %");
    assertThat(browser.findAll("#samples figure image")).hasSize(6);
    String newest = predicted();
    browser.pictureOfPage(PICTURES.resolve("light.png"));

    // When the slider goes to the epoch before
    press(Keys.ARROW_LEFT);

    // Then
    assertThat(shown()).isEqualTo("3 13.33 %");
    assertThat(predicted()).isNotEqualTo(newest);

    // When true points are switched off and the run goes on
    onPage(
        () -> {
          browser.find("[data-layer=true]").click();
          return true;
        });
    press(Keys.HOME);
    run.epoch(5, samples);

    // Then the epoch that was chosen stays, and what was switched off
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(browser.text("document.getElementById('epoch').max")).isEqualTo("4"));
    assertThat(shown()).isEqualTo("1 40.00 %");
    assertThat(isDisplayed("#gallery .true.points")).isFalse();
    assertThat(isDisplayed("#gallery .predicted.points")).isTrue();

    // When the newest is chosen and the run ends with another
    press(Keys.END);
    assertThat(shown()).isEqualTo("5 8.00 %");
    run.epoch(6, samples);
    run.succeed();

    // Then it is followed
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown()).isEqualTo("6 6.67 %"));

    // And it can be looked at anywhere
    browser.look(PHONE_PX, "light", "screen");
    assertThat(browser.number("document.documentElement.scrollWidth")).isEqualTo(PHONE_PX);
    browser.pictureOfPage(PICTURES.resolve("phone.png"));
    String light = browser.find("body").getCssValue("background-color");
    browser.look(1280, "dark", "screen");
    assertThat(browser.find("body").getCssValue("background-color")).isNotEqualTo(light);
    browser.pictureOfPage(PICTURES.resolve("dark.png"));
    assertThat(browser.complaints()).isEmpty();
  }

  private void press(Keys key) {
    onPage(
        () -> {
          browser.find("#epoch").sendKeys(key);
          return true;
        });
  }

  private boolean isDisplayed(String selector) {
    return onPage(() -> browser.find(selector).isDisplayed());
  }

  private String shown() {
    return onPage(
        () ->
            browser.find("#samples output").getText()
                + " "
                + browser.find("#samples figcaption b").getText());
  }

  private String predicted() {
    return onPage(
        () -> String.valueOf(browser.find("#samples path.predicted").getDomAttribute("d")));
  }

  /** The page renews itself: an element may be another one between being found and being used. */
  private static <T> T onPage(Callable<T> use) {
    return await()
        .atMost(PATIENCE)
        .ignoreException(StaleElementReferenceException.class)
        .until(use, used -> true);
  }
}
