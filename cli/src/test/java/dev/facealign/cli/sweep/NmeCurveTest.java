package dev.facealign.cli.sweep;

import static dev.facealign.cli.sweep.SweepJobs.acr;
import static dev.facealign.cli.sweep.SweepJobs.epoch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import dev.facealign.v1.WatchJobRequest;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Timeout(60)
class NmeCurveTest {
  @TempDir private Path folder = Path.of("");

  @Command
  private static final class Holder {
    @Mixin private ConnectionOptions options = new ConnectionOptions();
  }

  @Test
  void epochsThatAnAttemptLostAreThoseOfTheOneThatWentOn() throws Exception {
    // Given: a job that runs, so that its events have no end
    TrainingJobStatus job = SweepJobs.running(acr("night-1", 3, 1), 2, 0.07);
    TrainingJobsGrpc.TrainingJobsImplBase trainer =
        new TrainingJobsGrpc.TrainingJobsImplBase() {
          @Override
          public void watchJob(WatchJobRequest request, StreamObserver<TrainingEvent> answer) {
            answer.onNext(TrainingEvent.newBuilder().setEpoch(epoch(1, 0.09)).build());
            answer.onNext(TrainingEvent.newBuilder().setEpoch(epoch(2, 0.08)).build());
            answer.onNext(TrainingEvent.newBuilder().setEpoch(epoch(3, 0.075)).build());
            answer.onNext(TrainingEvent.newBuilder().setEpoch(epoch(2, 0.07)).build());
          }
        };
    try (TestServer server = new TestServer(trainer)) {
      Holder holder = new Holder();
      new CommandLine(holder).parseArgs("--trainer", server.address());
      try (SuiteConnection connection =
          holder.options.open(new Invocation(new TestConsole().console(), Map.of(), folder))) {
        // When
        NmeCurve curve = NmeCurve.read(job, connection);

        // Then
        assertThat(curve.nmes()).isEqualTo(Map.of(1, 0.09, 2, 0.07));
        assertThat(NmeCurve.read(SweepJobs.queued(acr("night-2", 3, 2)), connection).nmes())
            .isEmpty();
      }
    }
  }
}
