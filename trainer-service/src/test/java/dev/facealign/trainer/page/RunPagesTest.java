package dev.facealign.trainer.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.sample.DrawnSamples;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPagesTest {
  private static final Pattern EPOCHS =
      Pattern.compile("&quot;epochs&quot;:\\[([0-9,]+)\\],&quot;faces");

  @TempDir Path folder;
  private ToldRun run;

  @BeforeEach
  void start() {
    run = new ToldRun(folder.resolve("artifacts"), "<b>bold");
  }

  private void epochs(int count) {
    IntStream.rangeClosed(1, count).forEach(run::epoch);
  }

  @Test
  void aRunningJobsPageHasItsCourseAndRenewsItself() {
    // Given
    epochs(4);

    // When
    String html = run.page();

    // Then
    assertThat(html)
        .contains("data-live=\"/runs/job-1.json\"", "connect-src &#39;self&#39;")
        .contains("4 of 10", "Held-out NME", "Training loss", "Learning rate", "Smooth face")
        .contains("epoch 4: 5.000", "&lt;b&gt;bold")
        .doesNotContain("<b>bold")
        .doesNotContain("Sample predictions");
    assertThat(run.json()).contains("\"epoch\": 4", "JOB_STATE_RUNNING");
    assertThat(run.index()).contains("href=\"/runs/job-1\"", "4 of 10", "running");
  }

  @Test
  void anEndedJobsPageStays() {
    // Given
    epochs(10);
    run.succeed();

    // Then
    assertThat(run.page())
        .contains("succeeded", "0123abcd", "connect-src &#39;none&#39;")
        .doesNotContain("data-live=");
  }

  @Test
  void saysWhereFirstValuesAreTooLargeForThePlot() {
    // Given losses of 40 to 40 / 9
    epochs(9);

    // Then
    assertThat(run.page())
        .contains("Training loss; larger values at the upper edge")
        .contains("<figcaption>Learning rate</figcaption>");
  }

  @Test
  void anUnknownJobIsNotFound() {
    assertThatThrownBy(() -> run.page("none"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("job: none");
  }

  @Test
  void drawsSamplesOfTheNewestEpochAndHasTheOthersAtHand() {
    // Given epochs of which one has none, and one whose artifact is gone
    DrawnSamples samples = new DrawnSamples(folder.resolve("datasets"), 3, 64);
    run.epoch(1, samples);
    run.epoch(2);
    run.epoch(3, "job-1/epoch-00003-0123456789abcdef");
    run.epoch(4, samples);

    // When
    String html = run.page();

    // Then
    assertThat(html)
        .contains("Sample predictions", samples.faces().id(0), "<b>10.00 %</b>")
        .contains("href=\"data:image/jpeg;base64,/9j/");
    assertThat(shownEpochs(html)).containsExactly(1, 4);
    assertThat(run.json()).contains("\"samples\": \"job-1/epoch-00004-");
  }

  @Test
  void aLongRunsPageShowsSomeOfItsEpochs() {
    // Given
    DrawnSamples samples = new DrawnSamples(folder.resolve("datasets"), 1, 64);
    IntStream.rangeClosed(1, 150).forEach(epoch -> run.epoch(epoch, samples));

    // Then
    assertThat(shownEpochs(run.page())).hasSize(60).startsWith(1, 4).endsWith(147, 150);
  }

  private static int[] shownEpochs(String html) {
    Matcher found = EPOCHS.matcher(html);
    assertThat(found.find()).isTrue();
    return Pattern.compile(",").splitAsStream(found.group(1)).mapToInt(Integer::parseInt).toArray();
  }
}
