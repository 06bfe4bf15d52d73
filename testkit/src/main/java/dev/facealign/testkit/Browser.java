package dev.facealign.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
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
 * A real browser: Chromium with its driver (Debian: {@code apt install chromium chromium-driver}),
 * without a window. A test that asks for one is skipped where they are not installed.
 */
public final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final int HEIGHT_PX = 900;
  private static final int WIDEST_PHONE_PX = 500;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one.
   *
   * @param profile a folder of its own for what it keeps; made where it is missing
   */
  public static Browser start(Path profile) {
    return start(profile, List.of());
  }

  /**
   * Starts one with a camera that pages may use unasked.
   *
   * @param profile a folder of its own for what it keeps; made where it is missing
   * @param film what the camera sees, over and over: a {@code .mjpeg} file, JPEGs one behind the
   *     other
   */
  public static Browser startWithCamera(Path profile, Path film) {
    return start(
        profile,
        List.of(
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            "--use-file-for-fake-video-capture=" + film));
  }

  private static Browser start(Path profile, List<String> more) {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "skipped: " + CHROMIUM + " or " + DRIVER + " is not installed");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile);
    options.addArguments(more);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new Browser(
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options));
  }

  /** Goes to an address. */
  public void open(String address) {
    driver.get(address);
  }

  /**
   * Looks at pages as the browser's settings would have it.
   *
   * @param widthPx the screen's; a small one is a phone's
   * @param scheme {@code "light"} or {@code "dark"}
   * @param medium {@code "screen"} or {@code "print"}
   */
  public void look(int widthPx, String scheme, String medium) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            widthPx,
            "height",
            HEIGHT_PX,
            "deviceScaleFactor",
            1,
            "mobile",
            widthPx < WIDEST_PHONE_PX));
    command(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            medium,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** The first element that a CSS selector finds. */
  public WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  /** All elements that a CSS selector finds. */
  public List<WebElement> findAll(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** Moves the pointer to an element's middle. */
  public void pointAt(WebElement element) {
    run("arguments[0].scrollIntoView({block:'center'})", element);
    new Actions(driver).moveToElement(element).perform();
  }

  /** Runs a script. */
  public void run(String script, Object... arguments) {
    Object unused = driver.executeScript(script, arguments);
  }

  /** An expression's value in the page, as text. */
  public String text(String expression) {
    return String.valueOf(driver.executeScript("return " + expression));
  }

  /** An expression's value in the page; -1 where it is no number. */
  public long number(String expression) {
    return driver.executeScript("return " + expression) instanceof Number number
        ? number.longValue()
        : -1;
  }

  /** What the page and the browser wrote to the console since this was last asked. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  /** What is on the screen, as PNG. */
  public void pictureOfScreen(Path file) throws IOException {
    write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** The whole page, as PNG. */
  public void pictureOfPage(Path file) throws IOException {
    Map<String, Object> clip =
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
            1);
    Map<String, Object> answer =
        command(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
    write(file, data(answer));
  }

  /** The page on paper, as PDF. */
  public void print(Path file) throws IOException {
    write(file, data(command("Page.printToPDF", Map.of("printBackground", true))));
  }

  @Override
  public void close() {
    driver.quit();
  }

  private Map<String, Object> command(String name, Map<String, Object> parameters) {
    return driver.executeCdpCommand(name, parameters);
  }

  private static byte[] data(Map<String, Object> answer) {
    return Base64.getDecoder().decode(String.valueOf(answer.get("data")));
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.write(file, bytes);
  }
}
