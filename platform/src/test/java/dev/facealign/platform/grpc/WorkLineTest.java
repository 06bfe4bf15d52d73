package dev.facealign.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkLineTest {

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<WorkLine> lines = new ArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void end() {
    gate.countDown();
    lines.forEach(WorkLine::close);
  }

  @Test
  void sendsTheResultAndEndsTheStream() {
    // Given
    WorkLine line = line(1, 1, Duration.ZERO);
    Caller caller = new Caller();

    // When
    line.submit(caller.stream(), "a", () -> "result");

    // Then
    await().until(() -> caller.completed.get());
    assertThat(caller.messages).containsExactly("result");
    assertThat(count("ok")).isEqualTo(1);
  }

  @Test
  void refusesWhatDoesNotFitInLineAndGoesOn() {
    // Given: one at work, one in line
    WorkLine line = line(1, 1, Duration.ZERO);
    Caller first = new Caller();
    Caller second = new Caller();
    line.submit(first.stream(), "first", this::waitAtTheGate);
    await().until(() -> gauge("running") == 1);
    line.submit(second.stream(), "second", () -> "second");

    // When, Then
    assertThatThrownBy(() -> line.submit(new Caller().stream(), "third", () -> "third"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.RESOURCE_EXHAUSTED);
              assertThat(fault.reason()).isEqualTo("FIT_QUEUE_FULL");
            })
        .hasMessage("fits waiting: 1 (expected: fewer, try again later)");
    assertThat(gauge("waiting")).isEqualTo(1);
    gate.countDown();
    await().until(() -> first.completed.get() && second.completed.get());
    assertThat(count("refused")).isEqualTo(1);
    assertThat(count("ok")).isEqualTo(2);
  }

  @Test
  void doesNotBeginWorkWhoseCallerIsGone() {
    // Given
    WorkLine line = line(1, 2, Duration.ZERO);
    AtomicInteger begun = new AtomicInteger();
    Caller gone = new Caller();
    line.submit(new Caller().stream(), "first", this::waitAtTheGate);
    line.submit(
        gone.stream(),
        "gone",
        () -> {
          begun.incrementAndGet();
          return "never";
        });

    // When
    gone.isCancelled.set(true);
    gate.countDown();

    // Then
    await().until(() -> count("cancelled") == 1);
    assertThat(begun).hasValue(0);
  }

  @Test
  void tellsFaultsAsTheyAreAndHidesDefects() {
    // Given
    WorkLine line = line(1, 4, Duration.ZERO);
    Caller refused = new Caller();
    Caller broken = new Caller();

    // When
    line.submit(
        refused.stream(),
        "refused",
        () -> {
          throw FaultException.invalid("faces", 0, ">= 2");
        });
    line.submit(
        broken.stream(),
        "broken",
        () -> {
          throw new IllegalStateException("a secret");
        });

    // Then
    await().until(() -> refused.error != null && broken.error != null);
    assertThat(Status.fromThrowable(refused.error).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(Status.fromThrowable(broken.error).getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(broken.error).hasMessageNotContaining("secret");
    assertThat(count("refused")).isEqualTo(1);
    assertThat(count("failed")).isEqualTo(1);
  }

  @Test
  void closingDrainsThenInterruptsAndTellsThoseInLine() {
    // Given
    WorkLine draining = line(1, 1, Duration.ofSeconds(10));
    Caller drained = new Caller();
    draining.submit(
        drained.stream(),
        "drained",
        () -> {
          Thread.sleep(200);
          return "done";
        });
    WorkLine stopping = line(1, 1, Duration.ZERO);
    Caller atWork = new Caller();
    Caller inLine = new Caller();
    stopping.submit(atWork.stream(), "at work", this::waitAtTheGate);
    stopping.submit(inLine.stream(), "in line", () -> "never");

    // When
    draining.close();
    stopping.close();

    // Then
    assertThat(drained.messages).containsExactly("done");
    for (Caller caller : List.of(atWork, inLine)) {
      assertThat(Status.fromThrowable(caller.error).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThatThrownBy(() -> stopping.submit(new Caller().stream(), "late", () -> "late"))
        .hasMessage("the service is stopping");
  }

  @Test
  void reportsProgressNowAndThen() {
    // Given
    Caller caller = new Caller();
    ProgressReports<String> reports = new ProgressReports<>(caller.stream());
    AtomicInteger made = new AtomicInteger();

    // When
    for (int i = 0; i < 1000; i++) {
      int face = i;
      reports.report(
          () -> {
            made.incrementAndGet();
            return "face " + face;
          });
    }

    // Then
    assertThat(caller.messages).startsWith("face 0");
    assertThat(made).hasValueLessThan(10);
  }

  private String waitAtTheGate() throws InterruptedException {
    gate.await();
    return "result";
  }

  private WorkLine line(int concurrent, int waiting, Duration drain) {
    WorkLine line =
        new WorkLine(new WorkLine.Settings("fit", concurrent, waiting, drain), "fits", metrics);
    lines.add(line);
    return line;
  }

  private long count(String outcome) {
    var timer = metrics.find("fits").tag("outcome", outcome).timer();
    return timer == null ? 0 : timer.count();
  }

  private double gauge(String name) {
    return metrics.get("fits." + name).gauge().value();
  }

  /** What gRPC gives a service method, its reader always ready. */
  private static final class Caller extends ServerCallStreamObserver<String> {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final AtomicBoolean completed = new AtomicBoolean();
    final AtomicBoolean isCancelled = new AtomicBoolean();
    volatile @Nullable Throwable error;

    ServerStream<String> stream() {
      return ServerStream.over(this, 4);
    }

    @Override
    public void onNext(String message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable thrown) {
      error = thrown;
    }

    @Override
    public void onCompleted() {
      completed.set(true);
    }

    @Override
    public boolean isCancelled() {
      return isCancelled.get();
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setOnCloseHandler(Runnable handler) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}
  }
}
