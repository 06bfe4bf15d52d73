package dev.facealign.cli.models;

import com.google.protobuf.ByteString;
import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SchemeArgument;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.ImportModelRequest;
import dev.facealign.v1.ImportModelResponse;
import dev.facealign.v1.ImportSettings;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign models import}. */
@Command(
    name = "import",
    header = "Makes a model version from weights that were trained elsewhere.",
    description = {
      "",
      "Takes HDF5 files as Keras 2 writes them (model.save or save_weights), such as those published with the ACR loss."
          + " The sign of the published labels is turned. The model is announced as a trained one is; see"
          + " `facealign models promote` to have it serve."
    },
    footer = {
      "",
      "Example:",
      "  facealign models import 300w_mnv2_ACRLoss.h5 --network mobilenet-v2 --scheme 68"
    })
public final class ModelsImportCommand implements Callable<Integer> {
  private static final int PIECE_BYTES = 1 << 20;

  /** Crops by the names users give. */
  enum Crop {
    stretch(CropPolicy.CROP_POLICY_STRETCH_V1),
    square(CropPolicy.CROP_POLICY_SQUARE_V1);

    private final CropPolicy policy;

    Crop(CropPolicy policy) {
      this.policy = policy;
    }
  }

  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(paramLabel = "FILE.h5", description = "The weights.")
  private Path file = Path.of("");

  @Option(
      names = "--network",
      paramLabel = "NETWORK",
      required = true,
      description = "mobilenet-v2, efficientnet-b0 or efficientnet-b3.")
  private String network = "";

  @Option(
      names = "--scheme",
      paramLabel = "ID",
      required = true,
      description = "Landmark scheme of the outputs: 68, 29, or a scheme-NAME.properties file.")
  private String scheme = "";

  @Option(
      names = "--crop",
      description =
          "How inputs were cropped in training: ${COMPLETION-CANDIDATES} (default: stretch, as"
              + " published).")
  private @Nullable Crop crop;

  @Option(
      names = "--size",
      paramLabel = "PX",
      description = "Side of the network's input (default: 224).")
  private @Nullable Integer size;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the model (default: network, scheme and `imported`).")
  private @Nullable String name;

  @Option(names = "--json", description = "Write the model's manifest as JSON.")
  private boolean json;

  ModelsImportCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    ImportSettings settings = settings();
    Path path = invocation.resolve(file);
    try (SuiteConnection connection = connectionOptions.open(invocation);
        InputStream content = open(path);
        AnswerStream<ImportModelRequest, ImportModelResponse> call =
            connection.stream(SuiteService.TRAINER, connection.modelImports().importModel())) {
      call.send(ImportModelRequest.newBuilder().setSettings(settings).build());
      for (byte[] piece = content.readNBytes(PIECE_BYTES);
          piece.length > 0;
          piece = content.readNBytes(PIECE_BYTES)) {
        call.send(ImportModelRequest.newBuilder().setChunk(ByteString.copyFrom(piece)).build());
      }
      call.endRequests();
      ImportModelResponse answer = call.next();
      if (answer == null) {
        throw new CommandFailure("trainer-service answered nothing (expected: a model)");
      }
      ModelManifest model = answer.getModel();
      invocation
          .console()
          .print(
              json
                  ? ProtoJson.pretty(model)
                  : "model " + model.getVersion() + "  " + model.getName());
    } catch (IOException e) {
      throw new CommandFailure(path + ": " + e.getMessage() + " (expected: a file)", e);
    }
    return 0;
  }

  private static InputStream open(Path path) {
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new CommandFailure(path + ": cannot be read (expected: an HDF5 file): " + e, e);
    }
  }

  private ImportSettings settings() {
    LandmarkScheme points = SchemeArgument.resolve(scheme, invocation);
    ImportSettings.Builder settings =
        ImportSettings.newBuilder()
            .setNetwork(
                switch (network) {
                  case "mobilenet-v2" -> Network.NETWORK_MOBILENET_V2;
                  case "efficientnet-b0" -> Network.NETWORK_EFFICIENTNET_B0;
                  case "efficientnet-b3" -> Network.NETWORK_EFFICIENTNET_B3;
                  default ->
                      throw new CommandFailure(
                          "--network: "
                              + network
                              + " (expected: mobilenet-v2, efficientnet-b0 or efficientnet-b3)");
                })
            .setScheme(points.id());
    if (LandmarkScheme.shipped(points.id()).isEmpty()) {
      settings.setLandmarkScheme(SchemeContract.toProto(points));
    }
    if (crop != null) {
      settings.setCropPolicy(crop.policy);
    }
    if (size != null) {
      settings.setInputSizePx(size);
    }
    if (name != null) {
      settings.setModelName(name);
    }
    return settings.build();
  }
}
