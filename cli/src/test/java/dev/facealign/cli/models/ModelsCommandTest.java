package dev.facealign.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.GetShadowComparisonRequest;
import dev.facealign.v1.ListModelsRequest;
import dev.facealign.v1.ListModelsResponse;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.Network;
import dev.facealign.v1.PromoteModelRequest;
import dev.facealign.v1.QuantizedNetwork;
import dev.facealign.v1.RollbackModelRequest;
import dev.facealign.v1.ShadowComparison;
import dev.facealign.v1.ShadowDifference;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelsCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();

  private static final class Service extends ModelsGrpc.ModelsImplBase {
    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
      answer.onNext(
          ListModelsResponse.newBuilder()
              .addModels(
                  Model.newBuilder()
                      .addAliases("champion")
                      .setManifest(
                          ModelManifest.newBuilder()
                              .setVersion("cafe".repeat(16))
                              .setName("mine")
                              .setNetwork(Network.NETWORK_MOBILENET_V2)
                              .setScheme("68")
                              .setInputSizePx(112)
                              .setValidationNme(0.0512)
                              .setInt8(
                                  QuantizedNetwork.newBuilder()
                                      .setValidationNme(0.0514)
                                      .setOffered(true))
                              .setEpoch(9)))
              .build());
      answer.onCompleted();
    }

    @Override
    public void promoteModel(PromoteModelRequest request, StreamObserver<AliasAssignment> answer) {
      if (request.hasExpectedCurrent()) {
        answer.onError(
            Status.ABORTED
                .withDescription("expected_current: beef (expected: cafe, which is current)")
                .asRuntimeException());
        return;
      }
      answer.onNext(
          AliasAssignment.newBuilder()
              .setAlias("champion")
              .setVersion(request.getModel())
              .addPreviousVersions("beef".repeat(16))
              .build());
      answer.onCompleted();
    }

    @Override
    public void getShadowComparison(
        GetShadowComparisonRequest request, StreamObserver<ShadowComparison> answer) {
      answer.onNext(
          ShadowComparison.newBuilder()
              .setChampionVersion("cafe".repeat(16))
              .setAlias("candidate")
              .setVersion("beef".repeat(16))
              .setShare(0.1)
              .setFaces(321)
              .setSkipped(12)
              .setDifference(
                  ShadowDifference.newBuilder()
                      .setMean(0.0123)
                      .setMedian(0.011)
                      .setPercentile95(0.025)
                      .setLargest(0.2)
                      .setChampionExpectedError(0.02)
                      .setShadowExpectedError(0.019))
              .build());
      answer.onCompleted();
    }

    @Override
    public void rollbackModel(
        RollbackModelRequest request, StreamObserver<AliasAssignment> answer) {
      answer.onError(Status.INTERNAL.asRuntimeException());
    }
  }

  private int models(String... arguments) throws Exception {
    try (TestServer server = new TestServer(new Service())) {
      return console.run(
          folder,
          Map.of("FACEALIGN_INFERENCE_ADDRESS", server.address()),
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of("models"), java.util.Arrays.stream(arguments))
              .toArray(String[]::new));
    }
  }

  @Test
  void tellsTheShadowsDifferences() throws Exception {
    assertThat(models("shadow")).isZero();
    assertThat(console.out())
        .anyMatch(line -> line.matches("candidate +beefbeefbeef *"))
        .anyMatch(line -> line.matches("compared +321 *"))
        .anyMatch(line -> line.matches("mean distance +1.23 % *"))
        .anyMatch(line -> line.matches("expected error, candidate +1.90 % *"));
  }

  @Test
  void tellsTheShadowsDifferencesAsJson() throws Exception {
    assertThat(models("shadow", "--json")).isZero();
    assertThat(String.join("", console.out())).contains("\"percentile95\": 0.025");
  }

  @Test
  void lists() throws Exception {
    assertThat(models("list")).isZero();
    assertThat(console.out().get(1))
        .isEqualTo(
            "cafecafecafe  mine  champion  mobilenet-v2  68      112 px        5.12 %    5.14 %      9  -");
  }

  @Test
  void promotes() throws Exception {
    assertThat(models("promote", "0123456789abcdef")).isZero();
    assertThat(console.out()).containsExactly("champion is 0123456789ab (before: beefbeefbeef)");
  }

  @Test
  void aPromotionThatCameTooLateIsRefused() throws Exception {
    assertThat(models("promote", "0123456789abcdef", "--expected-current", "beef")).isEqualTo(1);
    assertThat(console.err())
        .containsExactly("facealign: expected_current: beef (expected: cafe, which is current)");
  }

  @Test
  void anInternalErrorPointsAtTheLog() throws Exception {
    assertThat(models("rollback")).isEqualTo(1);
    assertThat(console.err())
        .containsExactly("facealign: inference-service failed: INTERNAL (see its log)");
  }
}
