package dev.facealign.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CertaintyFigures;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.ErrorRejection;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListEvaluationsResponse;
import dev.facealign.v1.ListProtocolsRequest;
import dev.facealign.v1.ListProtocolsResponse;
import dev.facealign.v1.PromotionDecision;
import dev.facealign.v1.Protocol;
import dev.facealign.v1.RenderReportRequest;
import dev.facealign.v1.RenderReportResponse;
import dev.facealign.v1.SubsetMetrics;
import dev.facealign.v1.UnfinishedEvaluation;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EvaluateCommandTest {
  private static final Evaluation REPORT =
      Evaluation.newBuilder()
          .setEvaluationId("eval-1")
          .setModelVersion("cafe".repeat(16))
          .setDataset(
              DatasetFingerprint.newBuilder()
                  .setDataset(DatasetRef.newBuilder().setName("300w").setSplit("common"))
                  .setFaces(224)
                  .setExpectedFaces(554))
          .setPartial(true)
          .setFacesPerSecond(80)
          .addSubsets(
              SubsetMetrics.newBuilder()
                  .setName("common")
                  .setFaces(224)
                  .setInvalid(1)
                  .setNme(0.0499)
                  .setNmeInterOcular(0.0499)
                  .setFrAt010(0.0179)
                  .setAucAt010(0.5123)
                  .setAucFard2022(0.7))
          .setCertainty(
              CertaintyFigures.newBuilder()
                  .setMeanExpectedError(0.051)
                  .setMeanError(0.0499)
                  .setCalibrationError(0.0034)
                  .setPointRankCorrelation(0.6123)
                  .setFaceRankCorrelation(0.7)
                  .setFaces(223)
                  .setRejection(
                      ErrorRejection.newBuilder()
                          .addAllNmeOfKept(
                              IntStream.range(0, 20).mapToObj(i -> 0.05 - i * 0.001).toList())
                          .addAllLimit(
                              IntStream.range(0, 20).mapToObj(i -> 0.09 - i * 0.004).toList())
                          .setArea(0.0391)
                          .setAreaOfOracle(0.0322)
                          .setAreaOfChance(0.0499)))
          .setPromotion(
              PromotionDecision.newBuilder()
                  .setPromoted(true)
                  .setReason("NME 4.99 %, no champion yet"))
          .build();

  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final List<EvaluateRequest> requests = new CopyOnWriteArrayList<>();

  private final class Service extends EvaluationsGrpc.EvaluationsImplBase {
    @Override
    public void evaluate(EvaluateRequest request, StreamObserver<EvaluateProgress> answers) {
      requests.add(request);
      if (request.getModel().equals("interrupted")) {
        answers.onNext(
            EvaluateProgress.newBuilder()
                .setEvaluationId("eval-1")
                .setFacesDone(100)
                .setFacesTotal(224)
                .build());
        answers.onError(
            Status.UNAVAILABLE.withDescription("the service is stopping").asRuntimeException());
        return;
      }
      if (request.getDataset().getName().equals("nothing")) {
        answers.onError(
            Status.NOT_FOUND
                .withDescription("dataset: nothing (expected: one of [300w])")
                .asRuntimeException());
        return;
      }
      answers.onNext(EvaluateProgress.newBuilder().setFacesDone(100).setFacesTotal(224).build());
      answers.onNext(EvaluateProgress.newBuilder().setResult(REPORT).build());
      answers.onCompleted();
    }

    @Override
    public void renderReport(
        RenderReportRequest request, StreamObserver<RenderReportResponse> answers) {
      answers.onNext(
          RenderReportResponse.newBuilder()
              .setHtml(ByteString.copyFromUtf8("<p>" + request.getEvaluationId() + "</p>"))
              .build());
      answers.onCompleted();
    }

    @Override
    public void listEvaluations(
        ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> answers) {
      answers.onNext(
          ListEvaluationsResponse.newBuilder()
              .addUnfinished(
                  UnfinishedEvaluation.newBuilder()
                      .setEvaluationId("eval-2")
                      .setModelVersion(REPORT.getModelVersion())
                      .setDataset(REPORT.getDataset())
                      .setFacesDone(9))
              .build());
      answers.onCompleted();
    }

    @Override
    public void listProtocols(
        ListProtocolsRequest request, StreamObserver<ListProtocolsResponse> answers) {
      answers.onNext(
          ListProtocolsResponse.newBuilder()
              .addProtocols(
                  Protocol.newBuilder()
                      .setId("300w-full")
                      .setDescription("Common and Challenging")
                      .setFaces(689)
                      .setDataset(
                          DatasetRef.newBuilder().setName("300w").setSplit("full").setScheme("68")))
              .build());
      answers.onCompleted();
    }
  }

  @Test
  void writesTheReportsPage() throws Exception {
    // When
    int exitCode = evaluate("--dataset", "300w", "--report", "page.html");

    // Then
    assertThat(exitCode).isZero();
    assertThat(folder.resolve("page.html")).hasContent("<p>eval-1</p>");
    assertThat(console.out()).contains("page page.html");

    // Then: a file that cannot be is said
    assertThat(evaluate("--dataset", "300w", "--report", "no/such/page.html")).isEqualTo(1);
    assertThat(console.err()).anyMatch(line -> line.contains("--report: "));
  }

  private int evaluate(String... arguments) throws Exception {
    try (TestServer server = new TestServer(new Service())) {
      return console.run(
          folder,
          Map.of("FACEALIGN_EVAL_ADDRESS", server.address()),
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of("evaluate"), java.util.Arrays.stream(arguments))
              .toArray(String[]::new));
    }
  }

  @Test
  void showsTheFiguresAndWhatLimitsThem() throws Exception {
    // When
    int exitCode =
        evaluate("--dataset", "300w", "--split", "common", "--boxes", "detector", "--promote");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests.get(0))
        .isEqualTo(
            EvaluateRequest.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName("300w").setSplit("common"))
                .setBoxSource(BoxSource.BOX_SOURCE_DETECTOR)
                .setPromoteIfBetter(true)
                .build());
    assertThat(console.out())
        .contains(
            "partial: 224 of 554 faces; do not compare with published numbers",
            "promoted: NME 4.99 %, no champion yet",
            "report eval-1",
            "certainty: points were expected to be 5.10 % off and were 4.99 % off; calibration error 0.34 % (of the box's diagonal)",
            "rank correlation of expected with true error: 0.612 over points, 0.700 over faces",
            "the most uncertain faces rejected: NME 4.80 % after 10 % (limit 8.20 %), 4.60 % after 20 % (limit 7.40 %),"
                + " 4.00 % after 50 % (limit 5.00 %), area 3.91 % (oracle 3.22 %, chance 4.99 %)");
    assertThat(console.out())
        .anyMatch(line -> line.matches("common +224 +1 +4.99 % .*1.79 %.*0.5123 +0.7000"));
  }

  @Test
  void saysHowManyFacesCertaintyIsOfWhereSomeHaveNone() {
    // Given
    Evaluation.Builder report = REPORT.toBuilder();
    report.getCertaintyBuilder().setFaces(220);

    // Then
    assertThat(ReportLines.of(report.build()))
        .anyMatch(line -> line.startsWith("certainty, of 220 of 223 valid faces: points were"));
  }

  @Test
  void aReportFromBeforeFacesAndLimitsWereWrittenHasNeither() {
    // Given
    Evaluation.Builder report = REPORT.toBuilder();
    report.getCertaintyBuilder().clearFaces().getRejectionBuilder().clearLimit();

    // Then
    assertThat(ReportLines.of(report.build()))
        .anyMatch(line -> line.startsWith("certainty: points were"))
        .anyMatch(line -> line.contains("NME 4.80 % after 10 %, 4.60 % after 20 %"));
  }

  @Test
  void aModelWithoutExpectedErrorsHasNoLinesOfThem() {
    assertThat(ReportLines.of(REPORT.toBuilder().clearCertainty().build()))
        .noneMatch(line -> line.contains("certain"));
  }

  @Test
  void aProtocolSaysDatasetAndSplit() throws Exception {
    // When
    int exitCode = evaluate("--protocol", "300w-full", "--boxes", "jittered");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests.get(0).getProtocol()).isEqualTo("300w-full");
    assertThat(requests.get(0).hasDataset()).isFalse();
    assertThat(requests.get(0).getBoxSource()).isEqualTo(BoxSource.BOX_SOURCE_JITTERED);
    assertThat(evaluate("--protocol", "300w-full", "--split", "common")).isEqualTo(2);
    assertThat(evaluate("--model", "champion")).isEqualTo(2);
  }

  @Test
  void partsWithoutAllTheirFacesSayHowManyThereAre() {
    // Given
    Evaluation.Builder report = REPORT.toBuilder().setProtocol("300w-common");
    report.getSubsetsBuilder(0).setExpectedFaces(554);

    // Then
    assertThat(ReportLines.of(report.build()))
        .anyMatch(line -> line.contains("300w/common (300w-common)"))
        .anyMatch(line -> line.matches("common +224/554 +1 .*"));
  }

  @Test
  void aServiceThatWentAwayInTheMiddleIsAskedToGoOn() throws Exception {
    // When
    int exitCode = evaluate("--dataset", "300w", "--model", "interrupted");

    // Then
    assertThat(exitCode).isZero();
    assertThat(requests).hasSize(2);
    assertThat(requests.get(1))
        .isEqualTo(EvaluateRequest.newBuilder().setEvaluationId("eval-1").build());
    assertThat(console.out()).contains("report eval-1");
  }

  @Test
  void whatEndedEarlyIsListedAndGoneOnWith() throws Exception {
    // When / Then
    assertThat(evaluate("--unfinished")).isZero();
    assertThat(console.out())
        .anyMatch(line -> line.matches("eval-2 +cafecafecafe +300w/common +9/224 +ended early"));
    assertThat(evaluate("--resume", "eval-2")).isZero();
    assertThat(requests.get(0))
        .isEqualTo(EvaluateRequest.newBuilder().setEvaluationId("eval-2").build());
    assertThat(evaluate("--resume", "eval-2", "--dataset", "300w")).isEqualTo(2);
  }

  @Test
  void protocolsAreListed() throws Exception {
    // When
    int exitCode;
    try (TestServer server = new TestServer(new Service())) {
      exitCode =
          console.run(folder, Map.of("FACEALIGN_EVAL_ADDRESS", server.address()), "protocols");
    }

    // Then
    assertThat(exitCode).isZero();
    assertThat(console.out())
        .anyMatch(line -> line.matches("300w-full +689 +300w +full +68 +Common and Challenging"));
  }

  @Test
  void aRefusalIsSaidInTheServicesWords() throws Exception {
    assertThat(evaluate("--dataset", "nothing")).isEqualTo(1);
    assertThat(console.err())
        .containsExactly("facealign: dataset: nothing (expected: one of [300w])");
  }
}
