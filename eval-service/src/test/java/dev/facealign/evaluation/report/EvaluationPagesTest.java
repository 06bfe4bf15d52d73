package dev.facealign.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.platform.page.Html;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetFormat;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationPagesTest {

  private SampleReport sample;
  private Evaluation report;
  private Path nowhere;

  @BeforeAll
  void measure(@TempDir Path folder) throws IOException {
    nowhere = Files.createDirectories(folder.resolve("nowhere"));
    sample = new SampleReport(Files.createDirectories(folder.resolve("datasets")));
    report = sample.write(20);
  }

  private static int count(String text, String pattern) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void showsFacesWithTheirPicturesAndPoints() {
    // When
    String page = new EvaluationPages(sample.catalog()).of(report);

    // Then
    assertThat(count(page, "data:image/jpeg;base64,")).isEqualTo(26);
    assertThat(count(page, "class=\"true points\"")).isEqualTo(26);
    assertThat(page)
        .contains("id=\"pose\"", "id=\"certainty\"", "id=\"regions\"", "id=\"ced\"")
        .contains("promoted to champion", "there was no champion")
        .contains(report.getDataset().getSha256(), report.getModelVersion())
        .doesNotContain("Without the dataset");
    assertThat(page.length()).isLessThan(1_000_000);
  }

  @Test
  void escapesWhatComesFromFiles() {
    // Given
    Evaluation.Builder hostile = report.toBuilder();
    hostile
        .getFacesBuilder(0)
        .setFaceId("<script>alert(1)</script>/\"x\"")
        .clearNme()
        .setInvalidReason("<img src=x onerror=alert(2)>");
    hostile.getSubsetsBuilder(1).setName("</script><b>");
    hostile.setModelName("'\"><svg onload=alert(3)>");

    // When
    String page = new EvaluationPages(sample.catalog()).of(hostile.build());

    // Then: the dataset's faces are others now, too
    assertThat(page)
        .doesNotContain("<script>alert", "<img src=x", "<svg onload", "</script><b>")
        .contains("&lt;img src=x onerror=alert(2)&gt;")
        .contains("Without the dataset");
    assertThat(count(page, "<script>")).isEqualTo(1);
  }

  @Test
  void opensWithoutItsDataset() {
    // When
    String page = new EvaluationPages(new DatasetCatalog(nowhere)).of(report);

    // Then: outlines of the predictions
    assertThat(page)
        .contains("Without the dataset", "dataset: drawn", "Mean of the predicted shapes")
        .doesNotContain("data:image", "id=\"pose\"", "class=\"true points\"");
    assertThat(count(page, "class=\"predicted line bare\"")).isEqualTo(26);
    assertThat(count(page, "class=\"curve c[0-2]")).as("curves by folder").isGreaterThan(2);
  }

  @Test
  void labelsPublishedFiguresAndPartialDatasets() {
    // Given 300W Common, 40 of its 554 faces
    Evaluation partial =
        report.toBuilder()
            .setPartial(true)
            .setDataset(
                DatasetFingerprint.newBuilder()
                    .setFaces(40)
                    .setExpectedFaces(554)
                    .setDataset(
                        DatasetRef.newBuilder()
                            .setName("300w")
                            .setSplit("common")
                            .setFormat(DatasetFormat.DATASET_FORMAT_300W)))
            .build();
    EvaluationPages pages = new EvaluationPages(new DatasetCatalog(nowhere));

    // When
    String page = pages.of(partial);

    // Then
    assertThat(page)
        .contains(
            "partial: 40 of 554", "These do not compare", "300W Common", "measured here, partial")
        .contains("MobileNetV2, ACR", "3.81", "0.8197");
    assertThat(count(page, "<small>published, ")).isEqualTo(11);

    // Then: nothing is published of faces that nobody else has
    assertThat(pages.of(report)).doesNotContain("Beside published figures");
  }

  @Test
  void listsInvalidFacesWithTheirReasons() {
    // When
    String page = new EvaluationPages(sample.catalog()).of(report);

    // Then
    assertThat(page).contains("1 face without an error", "IMAGE_UNREADABLE: &lt;cut&gt; &amp;");
  }

  @Test
  void isOfAnyReport() {
    // Given: one as old services made it, of a face that nobody found
    Evaluation bare =
        Evaluation.newBuilder()
            .setEvaluationId("x")
            .addSubsets(
                report.getSubsets(0).toBuilder().clear().setName("test").setFaces(1).setInvalid(1))
            .addFaces(FaceResult.newBuilder().setFaceId("a").setInvalidReason("not found"))
            .build();

    // Then
    assertThat(new EvaluationPages(sample.catalog()).of(bare)).contains("not found");
  }

  @Test
  void theIndexNamesEveryReport() {
    // When
    String page =
        new EvaluationPages(sample.catalog())
            .index(List.of(report, report.toBuilder().setPartial(true).build()));

    // Then
    assertThat(page)
        .contains("2 reports, newest first", "href=\"/reports/20260101-120000-0a1b2c3d\"")
        .contains("20260101-120000-0a1b2c3d.json", "partial: 40 of 0 faces");
    assertThat(new EvaluationPages(sample.catalog()).index(List.of())).contains("None yet");
  }

  @Test
  void htmlHasNoOpenEnds() {
    // Given
    Html html = Html.document().open("p");

    // Then
    assertThatThrownBy(html::finish).hasMessageContaining("open elements: [p]");
    assertThatThrownBy(() -> html.open("p onclick=x")).hasMessageContaining("name: p onclick=x");
    assertThat(html.element("b", "<&>\"'", "title", "\"><").close().finish())
        .endsWith("<p><b title=\"&quot;&gt;&lt;\">&lt;&amp;&gt;&quot;&#39;</b></p>\n");
  }
}
