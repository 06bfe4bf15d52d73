package dev.facealign.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.cli.TestConsole;
import dev.facealign.cli.TestServer;
import dev.facealign.v1.DetectError;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.Timings;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BenchCommandTest {
  private static final int STALL_MS = 600;

  @TempDir private Path folder = Path.of("");
  private final TestConsole console = new TestConsole();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger asked = new AtomicInteger();
  private final TestServer server;
  private final String address;

  // Which requests, counted from 0, meet which fate.
  private volatile IntPredicate stalls = number -> false;
  private volatile IntPredicate refuses = number -> false;
  private volatile IntPredicate breaks = number -> false;
  private volatile DetectRequest last = DetectRequest.getDefaultInstance();

  BenchCommandTest() throws IOException {
    server = new TestServer(new Service());
    address = server.address();
  }

  /** Answers at once, unless a request is to be stalled, refused or broken. */
  private final class Service extends LandmarksGrpc.LandmarksImplBase {
    @Override
    public void detectImage(DetectRequest request, StreamObserver<DetectResponse> answer) {
      last = request;
      int number = asked.getAndIncrement();
      if (refuses.test(number)) {
        answer.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
      } else if (breaks.test(number)) {
        answer.onError(Status.INTERNAL.withDescription("broken on purpose").asRuntimeException());
      } else {
        Runnable answering =
            () -> {
              answer.onNext(answered());
              answer.onCompleted();
            };
        if (stalls.test(number)) {
          Future<?> unused = timer.schedule(answering, STALL_MS, TimeUnit.MILLISECONDS);
        } else {
          answering.run();
        }
      }
    }

    @Override
    public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(DetectRequest request) {
          last = request;
          int number = asked.getAndIncrement();
          if (breaks.test(number)) {
            answers.onError(Status.INTERNAL.withDescription("stream broken").asRuntimeException());
          } else {
            answers.onNext(refuses.test(number) ? refused() : answered());
          }
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private static DetectResponse answered() {
    return DetectResponse.newBuilder()
        .setModelVersion("0123456789abcdef")
        .addFaces(Face.getDefaultInstance())
        .setTimings(Timings.newBuilder().setQueueUs(1000).setComputeUs(7000))
        .build();
  }

  private static DetectResponse refused() {
    return DetectResponse.newBuilder()
        .setError(DetectError.newBuilder().setCode(Status.Code.RESOURCE_EXHAUSTED.value()))
        .build();
  }

  @AfterEach
  void stop() {
    server.close();
    timer.shutdownNow();
  }

  private int bench(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bench", "--inference", address));
    all.addAll(List.of("--size", "64x64", "--warm-up", "0"));
    all.addAll(List.of(arguments));
    return console.run(folder, Map.of(), all.toArray(String[]::new));
  }

  private JsonObject json() {
    return JsonParser.parseString(String.join("\n", console.out())).getAsJsonObject();
  }

  private JsonObject load(int index) {
    return json().getAsJsonArray("loads").get(index).getAsJsonObject();
  }

  private static double figure(JsonObject load, String distribution, String name) {
    return load.getAsJsonObject(distribution).get(name).getAsDouble();
  }

  @Test
  void aStallOfTheServiceCountsForEveryRequestThatWasDueInIt() {
    // Given a service that stands still once, and a load whose only caller stands still with it
    stalls = number -> number == 20;

    // When 100 requests a second are due
    int exit =
        bench("--unary --max-open 1 --rate 100 --arrivals constant --duration 2 --json".split(" "));

    // Then only one request took long itself, but a quarter of all came as late as the stall made
    // them
    assertThat(exit).isZero();
    JsonObject load = load(0);
    assertThat(figure(load, "latencyMs", "count")).isGreaterThanOrEqualTo(199);
    assertThat(figure(load, "fromSendingMs", "max")).isGreaterThanOrEqualTo(STALL_MS);
    assertThat(figure(load, "latencyMs", "p90")).isGreaterThan(STALL_MS / 3.0);
    assertThat(figure(load, "latencyMs", "p90"))
        .isGreaterThan(3 * figure(load, "fromSendingMs", "p90"));
  }

  @Test
  void anOpenLoopAsksAtItsRateWhateverTheServiceDoes() {
    // Given a service that refuses every second request
    refuses = number -> number % 2 == 1;

    // When
    int exit = bench("--unary", "--rate", "100,200", "--duration", "1", "--json");

    // Then refusals are no failures, and have their own latencies
    assertThat(exit).isZero();
    assertThat(load(0).get("askedPerSecond").getAsDouble()).isEqualTo(100);
    JsonObject outcomes = load(1).getAsJsonObject("outcomes");
    int ok = outcomes.get("OK").getAsInt();
    int refused = outcomes.get("RESOURCE_EXHAUSTED").getAsInt();
    assertThat(ok + refused).isBetween(140, 270);
    assertThat(Math.abs(ok - refused)).isLessThanOrEqualTo(10);
    assertThat(figure(load(1), "refusedMs", "count")).isEqualTo(refused);
    assertThat(figure(load(1), "latencyMs", "count")).isEqualTo(ok);
  }

  @Test
  void sharesOfTheCapacityFollowItsMeasurement() {
    // When
    int exit = bench("--rate", "50%", "--duration", "0.5", "--concurrency", "4", "--json");

    // Then
    assertThat(exit).isZero();
    double capacity = load(0).get("answeredPerSecond").getAsDouble();
    assertThat(load(0).get("callers").getAsInt()).isEqualTo(4);
    assertThat(load(1).get("askedPerSecond").getAsDouble()).isEqualTo(capacity / 2);
    assertThat(load(1).get("load").getAsString()).isEqualTo("50 %");
  }

  @Test
  void theTableHasTheServicesOwnTimes() {
    // When
    int exit = bench("--requests", "50", "--duration", "20", "--raw", "32");

    // Then
    assertThat(exit).isZero();
    assertThat(asked).hasValue(51);
    assertThat(console.out().get(0))
        .startsWith("raw crops of 32 x 32 from drawn pictures of 64x64, model 0123456789ab");
    assertThat(console.out()).anyMatch(line -> line.startsWith("32 callers"));
    assertThat(console.out().get(console.out().size() - 1)).contains("1.00").contains("7.0");
    assertThat(last.getRawImage().getPixels().size()).isEqualTo(3 * 32 * 32);
    // The crop has a margin of 15 % around the box.
    assertThat(Math.max(last.getBoxes(0).getWidth(), last.getBoxes(0).getHeight()))
        .isCloseTo(32 / 1.15, within(1e-9));
  }

  @Test
  void failuresAreNamedAndAreTheExitCode() {
    // Given
    breaks = number -> number == 10;

    // When
    int exit = bench("--unary", "--requests", "30", "--duration", "20", "--concurrency", "2");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(console.err())
        .anyMatch(line -> line.equals("2 callers: failed: 1 INTERNAL (broken on purpose)"));
  }

  @Test
  void aBrokenStreamIsOpenedAgain() {
    // Given
    breaks = number -> number == 10;

    // When
    int exit =
        bench("--streams", "1", "--requests", "30", "--duration", "20", "--concurrency", "1");

    // Then one request failed with the stream, and all others were answered
    assertThat(exit).isEqualTo(1);
    assertThat(asked).hasValue(31);
    assertThat(console.err())
        .anyMatch(line -> line.equals("1 caller: failed: 1 INTERNAL (stream broken)"));
  }

  @Test
  void aServiceThatIsNotThereIsSaidAtOnce() {
    // Given
    server.close();

    // When
    int exit = bench();

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(console.err()).hasSize(1);
    assertThat(console.err().get(0)).contains("does not answer").contains(address);
  }

  @Test
  void aServiceThatGoesAwayEndsTheRun() {
    // Given
    breaks =
        number -> {
          if (number == 10) {
            server.close();
          }
          return false;
        };

    // When
    int exit = bench("--unary", "--duration", "50", "--concurrency", "2");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(console.err()).anyMatch(line -> line.contains("inference-service went away"));
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThat(bench("--rate", "fast")).isEqualTo(1);
    assertThat(bench("--streams", "0")).isEqualTo(1);
    assertThat(bench("--raw", "4")).isEqualTo(1);
    assertThat(bench("--find", "--raw", "64")).isEqualTo(1);
    assertThat(bench("--box", "1,2,3,4")).isEqualTo(1);
    assertThat(console.err().get(0)).startsWith("facealign: --rate: fast (expected:");
    assertThat(console.err())
        .contains(
            "facealign: --streams: 0 (expected: 1 to 10000)",
            "facealign: --raw: 4 (expected: 16 to 1024)",
            "facealign: --find: given with --raw (expected: with drawn pictures, sent as files)",
            "facealign: --box: given without pictures (expected: with pictures)");
    assertThat(asked).hasValue(0);
  }
}
