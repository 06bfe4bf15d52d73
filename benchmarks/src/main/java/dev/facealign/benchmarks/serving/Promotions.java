package dev.facealign.benchmarks.serving;

import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes models champion in turn, one promotion as soon as the one before is answered, for a time.
 * Prints one line of JSON.
 */
@Command(name = "promotions", mixinStandardHelpOptions = true)
public final class Promotions implements Callable<Integer> {
  @Option(names = "--inference", required = true, description = "HOST:PORT of the service.")
  private String inference = "";

  @Option(names = "--versions", required = true, split = ",", description = "Two models or more.")
  private List<String> versions = new ArrayList<>();

  @Option(names = "--count", required = true, description = "Promotions.")
  private int count;

  @Option(names = "--pause-ms", description = "Between two of them.")
  private long pauseMs;

  private Promotions() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Promotions()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    ManagedChannel channel =
        Grpc.newChannelBuilder(inference, InsecureChannelCredentials.create()).build();
    try {
      ModelsGrpc.ModelsBlockingStub models = ModelsGrpc.newBlockingStub(channel);
      long began = System.nanoTime();
      for (int i = 0; i < count; i++) {
        var unused =
            models
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .promoteModel(
                    PromoteModelRequest.newBuilder()
                        .setModel(versions.get(i % versions.size()))
                        .setReason("benchmark")
                        .build());
        TimeUnit.MILLISECONDS.sleep(pauseMs);
      }
      System.out.printf(
          "{\"promotions\": %d, \"seconds\": %.3f}%n", count, (System.nanoTime() - began) / 1e9);
      return 0;
    } finally {
      channel.shutdownNow();
    }
  }
}
