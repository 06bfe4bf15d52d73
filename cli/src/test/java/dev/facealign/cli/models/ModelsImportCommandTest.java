package dev.facealign.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.ImportModelRequest;
import dev.facealign.v1.ImportModelResponse;
import dev.facealign.v1.ImportSettings;
import dev.facealign.v1.ModelImportsGrpc;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.Network;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelsImportCommandTest {
  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final Service service = new Service();

  /** Keeps what it is sent; refuses files that begin with a zero. */
  private static final class Service extends ModelImportsGrpc.ModelImportsImplBase {
    private volatile ImportSettings settings = ImportSettings.getDefaultInstance();
    private volatile ByteString file = ByteString.EMPTY;

    @Override
    public StreamObserver<ImportModelRequest> importModel(
        StreamObserver<ImportModelResponse> answer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ImportModelRequest request) {
          if (request.hasSettings()) {
            settings = request.getSettings();
          } else if (request.getChunk().byteAt(0) == 0) {
            answer.onError(
                Status.INVALID_ARGUMENT
                    .withDescription("weights: stem_conv: no such layer (expected: one)")
                    .asRuntimeException());
          } else {
            file = file.concat(request.getChunk());
          }
        }

        @Override
        public void onError(Throwable failure) {
          // The caller has left.
        }

        @Override
        public void onCompleted() {
          answer.onNext(
              ImportModelResponse.newBuilder()
                  .setModel(
                      ModelManifest.newBuilder().setVersion("cafe".repeat(16)).setName("mine"))
                  .build());
          answer.onCompleted();
        }
      };
    }
  }

  @Test
  void sendsTheWholeFileInPieces() throws Exception {
    // Given
    byte[] content = new byte[(2 << 20) + 17];
    new Random(1).nextBytes(content);
    content[0] = 1;
    content[1 << 20] = 1;
    content[2 << 20] = 1;
    Files.write(folder.resolve("w.h5"), content);

    // When
    int exit = run("w.h5", "--network", "efficientnet-b3", "--scheme", "29", "--name", "mine");

    // Then
    assertThat(exit).isZero();
    assertThat(console.out()).containsExactly("model " + "cafe".repeat(16) + "  mine");
    assertThat(service.file.toByteArray()).isEqualTo(content);
    assertThat(service.settings)
        .isEqualTo(
            ImportSettings.newBuilder()
                .setNetwork(Network.NETWORK_EFFICIENTNET_B3)
                .setScheme("29")
                .setModelName("mine")
                .build());
  }

  @Test
  void sendsAnotherSchemeWhole() throws Exception {
    // Given
    Files.write(folder.resolve("w.h5"), new byte[] {1});
    Files.writeString(folder.resolve("scheme-five.properties"), "count=5\nmirror=0-1,3-4\n");

    // When
    int exit = run("w.h5", "--network", "mobilenet-v2", "--scheme", "scheme-five.properties");

    // Then
    assertThat(exit).isZero();
    assertThat(service.settings.getScheme()).isEqualTo("five");
    assertThat(SchemeContract.scheme(service.settings.getLandmarkScheme(), "five").mirrorOf(3))
        .isEqualTo(4);
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws Exception {
    // Given
    Files.write(folder.resolve("w.h5"), new byte[8 << 20]);

    // When
    int exit =
        run(
            "w.h5",
            "--network",
            "mobilenet-v2",
            "--scheme",
            "68",
            "--crop",
            "square",
            "--size",
            "112");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(String.join("\n", console.err()))
        .contains("weights: stem_conv: no such layer (expected: one)");
    assertThat(service.settings.getCropPolicy()).isEqualTo(CropPolicy.CROP_POLICY_SQUARE_V1);
    assertThat(service.settings.getInputSizePx()).isEqualTo(112);
  }

  @Test
  void refusesWhatItDoesNotKnowBeforeItConnects() throws Exception {
    // Given
    Files.write(folder.resolve("w.h5"), new byte[1]);

    // Then
    assertThat(run("gone.h5", "--network", "mobilenet-v2", "--scheme", "68")).isEqualTo(1);
    assertThat(String.join("\n", console.err())).contains("gone.h5");
    assertThat(run("w.h5", "--network", "vgg", "--scheme", "68")).isEqualTo(1);
    assertThat(String.join("\n", console.err())).contains("--network: vgg (expected: mobilenet-v2");
    assertThat(run("w.h5", "--network", "mobilenet-v2")).isEqualTo(2);
    assertThat(run("w.h5", "--network", "mobilenet-v2", "--scheme", "69")).isEqualTo(1);
    assertThat(String.join("\n", console.err())).contains("scheme: 69 (expected: one of [29, 68])");
  }

  private int run(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("models", "import"));
    arguments.addAll(Arrays.asList(options));
    try (TestServer server = new TestServer(service)) {
      return console.run(
          folder,
          Map.of("FACEALIGN_TRAINER_ADDRESS", server.address()),
          arguments.toArray(String[]::new));
    }
  }
}
