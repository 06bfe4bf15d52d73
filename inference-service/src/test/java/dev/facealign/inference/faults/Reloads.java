package dev.facealign.inference.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.Pictures;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromoteModelRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Champions that change under load, each loaded anew from the store. */
final class Reloads {
  static final DetectRequest REQUEST =
      DetectRequest.newBuilder()
          .setImage(Pictures.jpeg(120, 90))
          .addBoxes(Box.newBuilder().setX(20).setY(10).setWidth(60).setHeight(40))
          .build();

  /**
   * Settings of a service that keeps no model for another turn, tries failed ones again soon, and
   * refuses nobody for a machine that is busy otherwise: every request is to be answered.
   */
  static final Map<String, Object> SETTINGS =
      Map.of(
          "facealign.inference.models.kept", 1,
          "facealign.inference.models.retry-failed-after", "100ms",
          "facealign.inference.admission.max-wait", "20s");

  /** With as many models that take turns, none is still in memory when its turn comes again. */
  private static final int MODELS = 5;

  /** Requests on a stream before another one is opened, so that its answers can be let go. */
  private static final int REQUESTS_A_STREAM = 500;

  /** More than the service takes in of a stream, so that it always has a next one. */
  private static final int IN_FLIGHT = 32;

  private static final long PAUSE_NANOS = 100_000;

  private final RunningService service;
  private final List<ModelManifest> models = new ArrayList<>();
  private int turn;

  Reloads(RunningService service) {
    this.service = service;
    for (int i = 0; i < MODELS; i++) {
      models.add(
          service.announce(TestModels.constant(service.store(), "reload-" + i, 0.3 + i / 100.0)));
    }
    next();
  }

  /** Another champion, which serves when this returns. */
  private void next() {
    ModelManifest model = models.get(turn++ % MODELS);
    String promoted =
        service
            .models()
            .promoteModel(PromoteModelRequest.newBuilder().setModel(model.getVersion()).build())
            .getVersion();
    assertThat(promoted).isEqualTo(model.getVersion());
    assertThat(service.landmarks().detectImage(REQUEST).getModelVersion())
        .isEqualTo(model.getVersion());
  }

  /** Changes the champion so often while a stream never pauses; every request must be answered. */
  void change(int times) throws InterruptedException {
    double loadsBefore = loads();
    Load load = new Load();
    Thread thread = new Thread(load, "load");
    thread.start();
    for (int i = 0; i < times; i++) {
      next();
    }
    load.enough = true;
    thread.join(TimeUnit.SECONDS.toMillis(60));
    assertThat(load.failure).isNull();
    assertThat(thread.isAlive()).isFalse();
    assertThat(load.versions).hasSizeGreaterThan(1);
    assertThat(loads() - loadsBefore).as("each was loaded anew").isEqualTo(times);
  }

  private double loads() {
    return service.count("facealign.inference.model.loads", "outcome", "loaded");
  }

  private final class Load implements Runnable {
    // Read after the thread's end.
    final Set<String> versions = new HashSet<>();
    @Nullable Throwable failure;
    volatile boolean enough;

    @Override
    public void run() {
      try {
        while (!enough) {
          Detecting stream = Detecting.open(service.streaming());
          int sent = 0;
          while (!enough && sent < REQUESTS_A_STREAM) {
            if (stream.takesMore() && sent - stream.answers.size() < IN_FLIGHT) {
              stream.send(REQUEST);
              sent++;
            } else {
              // The load must not take the processor from what it loads.
              LockSupport.parkNanos(PAUSE_NANOS);
            }
          }
          List<DetectResponse> answers = stream.finish();
          assertThat(answers).hasSize(sent);
          for (DetectResponse answer : answers) {
            assertThat(answer.getError().getMessage()).isEmpty();
            assertThat(answer.getFacesCount()).isEqualTo(1);
            versions.add(answer.getModelVersion());
          }
        }
      } catch (Exception | AssertionError e) {
        failure = e;
      }
    }
  }
}
