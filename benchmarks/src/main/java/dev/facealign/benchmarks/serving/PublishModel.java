package dev.facealign.benchmarks.serving;

import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.trainer.worker.ModelPublisher;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.LabelConvention;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Gives a running service a network to serve, as trainer-service does with those it trained. Prints
 * the version.
 */
@Command(name = "publish-model", mixinStandardHelpOptions = true)
public final class PublishModel implements Callable<Integer> {
  private static final int POINTS = 68;

  @Option(names = "--model", required = true, description = "model.onnx, of 68 points.")
  private Path model = Path.of("");

  @Option(names = "--size", required = true, description = "Side of its input, pixels.")
  private int size;

  @Option(names = "--name", description = "Its name in the registry.")
  private String name = "bench";

  @Option(names = "--artifacts", required = true, description = "The service's artifact folder.")
  private Path artifacts = Path.of("");

  @Option(names = "--kafka", required = true, description = "HOST:PORT.")
  private String kafka = "";

  private PublishModel() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PublishModel()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    ModelManifest described =
        ModelManifest.newBuilder()
            .setName(name)
            .setNetwork(Network.NETWORK_MOBILENET_V2)
            .setScheme("68")
            .setLandmarkCount(POINTS)
            .setInputSizePx(size)
            .setCropPolicy(CropPolicy.CROP_POLICY_SQUARE_V1)
            .setLabelConvention(LabelConvention.LABEL_CONVENTION_CENTERED_V1)
            .setOnnxOpset(13)
            .build();
    try (RecordPublisher publisher = new RecordPublisher(KafkaSettings.of(kafka))) {
      ModelManifest published =
          new ModelPublisher(new LocalArtifactStore(artifacts), publisher, Clock.systemUTC())
              .publish(described, Files.readAllBytes(model), null);
      System.out.println(published.getVersion());
    }
    return 0;
  }
}
