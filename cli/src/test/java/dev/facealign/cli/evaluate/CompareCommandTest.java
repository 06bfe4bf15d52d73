package dev.facealign.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.Interval;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListEvaluationsResponse;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PairedDifference;
import dev.facealign.v1.SubsetIntervals;
import dev.facealign.v1.SubsetMetrics;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompareCommandTest {
  private static final String OLD = "aaaa".repeat(16);
  private static final String NEW = "bbbb".repeat(16);

  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  /** Newest first; only the older report of the old model measured what the new one's did. */
  private final List<Evaluation> reports =
      List.of(
          report("old-on-others", OLD, "300w", 0.06, BoxSource.BOX_SOURCE_DETECTOR),
          report("new-1", NEW, "300w", 0.0510, BoxSource.BOX_SOURCE_GROUND_TRUTH),
          report("old-1", OLD, "300w", 0.05, BoxSource.BOX_SOURCE_GROUND_TRUTH));

  private final class Evaluations extends EvaluationsGrpc.EvaluationsImplBase {
    @Override
    public void listEvaluations(
        ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> answer) {
      answer.onNext(ListEvaluationsResponse.newBuilder().addAllEvaluations(reports).build());
      answer.onCompleted();
    }

    @Override
    public void compareEvaluations(
        CompareEvaluationsRequest request, StreamObserver<CompareEvaluationsResponse> answer) {
      CompareEvaluationsResponse.Builder compared = CompareEvaluationsResponse.newBuilder();
      for (String id : request.getEvaluationIdsList()) {
        compared
            .addEvaluations(
                reports.stream()
                    .filter(report -> report.getEvaluationId().equals(id))
                    .findFirst()
                    .orElseThrow())
            .addDifferenceToFirst(PairedDifference.getDefaultInstance());
      }
      compared.setDifferenceToFirst(
          1,
          PairedDifference.newBuilder()
              .setFaces(224)
              .setMean(0.001)
              .setInterval(interval(0.0004, 0.0016))
              .setSignificant(true));
      answer.onNext(compared.build());
      answer.onCompleted();
    }
  }

  private static final class Models extends ModelsGrpc.ModelsImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<Model> answer) {
      Map<String, String> known = Map.of("champion", OLD, "bbbb", NEW, "unmeasured", "cccc");
      String version = known.get(request.getModel());
      if (version == null) {
        answer.onError(
            Status.NOT_FOUND.withDescription("model: " + request.getModel()).asException());
        return;
      }
      answer.onNext(
          Model.newBuilder().setManifest(ModelManifest.newBuilder().setVersion(version)).build());
      answer.onCompleted();
    }
  }

  @Test
  void comparesTheNewestReportsOfTheSameFaces() throws Exception {
    // When
    int exit = run("champion", "bbbb");

    // Then
    assertThat(exit).isZero();
    assertThat(console.out())
        .anyMatch(line -> line.matches("A +aaaaaaaaaaaa +old-1 .*5\\.00 % +4\\.70 % to 5\\.30 %.*"))
        .anyMatch(line -> line.matches("B +bbbbbbbbbbbb +new-1 .*5\\.10 %.*"))
        .contains(
            "B against A, over 224 faces: NME +0.100 % (95 %: 0.04 % to 0.16 %), +2.0 % of A's; B is"
                + " worse");
  }

  @Test
  void failsWhereTheSecondIsWorseByMoreThanIsTolerated() throws Exception {
    // When
    int tolerated = run("old-1", "new-1", "--fail-if-worse", "3%");
    int failed = run("old-1", "new-1", "--fail-if-worse", "1%");

    // Then
    assertThat(tolerated).isZero();
    assertThat(failed).isEqualTo(1);
    assertThat(console.err())
        .anyMatch(
            line -> line.contains("B's NME is 2.00 % of A's above it (expected: at most 1.00 %)"));
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    // When
    int unmeasured = run("champion", "unmeasured");
    int unlike = run("old-on-others", "new-1");
    int unknown = run("champion", "nobody");

    // Then
    assertThat(List.of(unmeasured, unlike, unknown)).containsOnly(1);
    assertThat(console.err())
        .anyMatch(
            line -> line.contains("unmeasured: no report of it (expected: facealign evaluate"))
        .anyMatch(line -> line.contains("no two reports of the same faces with the same boxes"))
        .anyMatch(line -> line.contains("model: nobody"));
  }

  @Test
  void refusesAToleranceThatIsNoPercentage() throws Exception {
    assertThat(run("old-1", "new-1", "--fail-if-worse", "0.01")).isEqualTo(2);
    assertThat(console.err().get(0))
        .contains("--fail-if-worse: 0.01 (expected: a percentage, such as 1%)");
  }

  private static Evaluation report(
      String id, String version, String dataset, double nme, BoxSource boxes) {
    return Evaluation.newBuilder()
        .setEvaluationId(id)
        .setModelVersion(version)
        .setBoxSource(boxes)
        .setDataset(
            DatasetFingerprint.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName(dataset).setSplit("common"))
                .setFaces(224))
        .addSubsets(
            SubsetMetrics.newBuilder()
                .setName("common")
                .setFaces(224)
                .setNme(nme)
                .setIntervals(
                    SubsetIntervals.newBuilder().setNme(interval(nme - 0.003, nme + 0.003))))
        .build();
  }

  private static Interval interval(double low, double high) {
    return Interval.newBuilder().setLow(low).setHigh(high).build();
  }

  private int run(String... arguments) throws Exception {
    try (TestServer server = new TestServer(new Evaluations(), new Models())) {
      List<String> line = new ArrayList<>(List.of("compare"));
      line.addAll(Arrays.asList(arguments));
      line.addAll(List.of("--inference", server.address(), "--eval", server.address()));
      return console.run(folder, Map.of(), line.toArray(String[]::new));
    }
  }
}
