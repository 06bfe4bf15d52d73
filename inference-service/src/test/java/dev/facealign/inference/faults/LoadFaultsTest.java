package dev.facealign.inference.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ModelManifest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** FAULTS rows 6, 8 and 9: callers that send too much, give up, or are too many. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadFaultsTest {
  private static final int CAPACITY = 8;
  private static final Box BOX =
      Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40).build();

  private EmbeddedBroker broker;
  // One face at a time, and room for eight.
  private RunningService service;
  private ModelManifest slow;

  @BeforeAll
  void start(@TempDir Path folder) {
    broker = EmbeddedBroker.startTemporary();
    service =
        RunningService.start(
            broker.bootstrapServers(),
            folder,
            Map.of(
                "facealign.inference.batch.max-size",
                1,
                "facealign.inference.batch.queue-capacity",
                CAPACITY,
                "facealign.inference.preparation.queue-capacity",
                CAPACITY));
    slow =
        service.announce(
            TestModels.publish(
                service.store(),
                "slow",
                OnnxFile.slow(TestModels.INPUT_PX, 60, TestModels.labels(0.4)),
                manifest -> {}));
    service.landmarks().detectImage(request().build());
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  /** FAULTS row 6. */
  @Test
  void aMessageOverTheLimitEndsItsStreamAndNoOther() throws Exception {
    // Given streams of one connection
    Detecting other = Detecting.open(service.streaming()).send(request().build());
    Detecting large = Detecting.open(service.streaming()).send(request().build());
    Detecting first = Detecting.open(service.streaming());
    await().until(() -> large.answers.size() == 1 && other.answers.size() == 1);

    // When a picture is too large, then so is a message
    DetectRequest over = request().setImage(ByteString.copyFrom(new byte[21 << 20])).build();
    large.send(request().setImage(ByteString.copyFrom(new byte[17 << 20])).build());
    large.send(request().build());
    await().until(() -> large.answers.size() == 3);
    large.send(over);
    first.send(over);

    // Then the picture has its own error, the message ends its stream, and others go on
    assertThat(large.answers)
        .extracting(answer -> answer.getError().getReason())
        .containsExactly("", "IMAGE_TOO_LARGE", "");
    assertThat(large.end()).isNotNull();
    assertThat(Status.fromThrowable(first.end()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(other.send(request().build()).finish())
        .hasSize(2)
        .noneMatch(DetectResponse::hasError);
    await().until(() -> service.open() == 0);
  }

  /** FAULTS row 8; cancellation is in LandmarksServiceTest. */
  @Test
  void whatIsLateWhileItWaitsIsNeverRun() throws Exception {
    // Given faces that keep the service busy
    long before = service.batches();
    double droppedBefore = service.count("facealign.inference.dropped");
    Detecting busy =
        Detecting.open(service.streaming())
            .send(request().clearBoxes().addAllBoxes(Collections.nCopies(6, BOX)).build());
    await().until(() -> service.batches() > before);

    // When a request waits behind them, with less time than they take
    CompletableFuture<Object> late = ask(1);
    Object outcome = late.get(20, TimeUnit.SECONDS);

    // Then
    assertThat(Status.fromThrowable((Throwable) outcome).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(busy.finish()).hasSize(1);
    await().until(() -> service.open() == 0);
    assertThat(service.batches() - before).isEqualTo(6);
    // Its time may have been over before it arrived: then there was nothing to drop.
    assertThat(service.count("facealign.inference.dropped") - droppedBefore).isBetween(0.0, 1.0);
  }

  /** FAULTS row 9: far more at once than there is room for. */
  @Test
  void tooManyAreRefusedAtOnceAndTheOthersAreAnswered() throws Exception {
    // Given
    Queue<CompletableFuture<Object>> asked = new ConcurrentLinkedQueue<>();

    // When ten times what both queues hold arrives at once
    for (int i = 0; i < 10 * 2 * CAPACITY; i++) {
      asked.add(ask(20_000));
      assertThat(service.waiting("batch")).isLessThanOrEqualTo(CAPACITY);
      assertThat(service.waiting("preparation")).isLessThanOrEqualTo(CAPACITY);
    }

    // Then each is answered, or refused with a time to come back
    int answered = 0;
    int refused = 0;
    for (CompletableFuture<Object> one : asked) {
      Object outcome = one.get(60, TimeUnit.SECONDS);
      if (outcome instanceof DetectResponse response) {
        assertThat(response.getFacesCount()).isEqualTo(1);
        answered++;
      } else {
        StatusRuntimeException error = (StatusRuntimeException) outcome;
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(StatusProto.fromThrowable(error).getDetailsList())
            .extracting(Any::getTypeUrl)
            .contains(Any.pack(RetryInfo.getDefaultInstance()).getTypeUrl());
        refused++;
      }
    }
    assertThat(answered).isGreaterThanOrEqualTo(CAPACITY);
    assertThat(refused).isGreaterThan(CAPACITY);
    assertThat(
            service.count(
                "facealign.inference.requests",
                "rpc",
                "DetectImage",
                "outcome",
                "resource_exhausted"))
        .isEqualTo(refused);

    // And when they are gone, it is as before
    await().until(() -> service.open() == 0);
    assertThat(service.waiting("batch")).isZero();
    assertThat(service.landmarks().detectImage(request().build()).getFacesCount()).isEqualTo(1);
  }

  /** Asks without waiting: the response, or the failure. */
  private CompletableFuture<Object> ask(long deadlineMs) {
    CompletableFuture<Object> outcome = new CompletableFuture<>();
    LandmarksGrpc.newStub(service.channel())
        .withDeadlineAfter(deadlineMs, TimeUnit.MILLISECONDS)
        .detectImage(
            request().build(),
            new StreamObserver<>() {
              @Override
              public void onNext(DetectResponse response) {
                outcome.complete(response);
              }

              @Override
              public void onError(Throwable failure) {
                outcome.complete(failure);
              }

              @Override
              public void onCompleted() {}
            });
    return outcome;
  }

  private DetectRequest.Builder request() {
    return DetectRequest.newBuilder()
        .setImage(Pictures.jpeg(120, 90))
        .addBoxes(BOX)
        .setModel(slow == null ? "slow" : slow.getVersion());
  }
}
