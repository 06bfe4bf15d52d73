package dev.facealign.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.network.LandmarkNetwork;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.inference.network.NetworkException;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.inference.network.Precision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BatcherTest {
  private final Batcher batcher = batcher(Duration.ZERO, 1);

  private static Batcher batcher(Duration maxWait, int runs) {
    return new Batcher(
        new BatchSettings(4, maxWait, Duration.ofSeconds(10), runs, 10),
        new NetworkSettings(1, false, Precision.FLOAT32),
        new InferenceMetrics(new SimpleMeterRegistry()));
  }

  @AfterEach
  void close() {
    batcher.close();
  }

  @Test
  void runsALoneFaceAtOnce() throws Exception {
    // Given
    GatedNetwork network = new GatedNetwork();
    network.open(1);

    // When
    Told face = new Told();
    batcher.submit(List.of(face.task(network, 7)));

    // Then
    assertThat(face.labels()).containsExactly(7, 7);
    assertThat(network.batches).containsExactly(1);
  }

  @Test
  void whatArrivesDuringARunFormsTheNextBatches() throws Exception {
    // Given a run that is on
    GatedNetwork network = new GatedNetwork();
    Told first = new Told();
    batcher.submit(List.of(first.task(network, 0)));
    network.awaitRunning(1);

    // When six faces of several callers arrive
    List<Told> faces = submit(network, 6);
    network.open(3);

    // Then
    for (int i = 0; i < 6; i++) {
      assertThat(faces.get(i).labels()).containsExactly(i, i);
    }
    assertThat(network.batches).containsExactly(1, 4, 2);
  }

  @Test
  void aBatchHoldsFacesOfOneNetworkOnly() throws Exception {
    // Given
    GatedNetwork one = new GatedNetwork();
    GatedNetwork other = new GatedNetwork();
    Told running = new Told();
    batcher.submit(List.of(running.task(one, 0)));
    one.awaitRunning(1);

    // When their faces arrive in turns
    List<Told> faces = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Told face = new Told();
      faces.add(face);
      batcher.submit(List.of(face.task(i % 2 == 0 ? one : other, i)));
    }
    one.open(2);
    other.open(1);

    // Then
    for (int i = 0; i < 4; i++) {
      assertThat(faces.get(i).labels()).containsExactly(i, i);
    }
    assertThat(one.batches).containsExactly(1, 2);
    assertThat(other.batches).containsExactly(2);
  }

  @Test
  void refusesAllFacesOfAPictureWhenTheyDoNotFit() throws Exception {
    // Given 8 of 10 places taken
    GatedNetwork network = new GatedNetwork();
    Told running = new Told();
    batcher.submit(List.of(running.task(network, 0)));
    network.awaitRunning(1);
    List<Told> waiting = submit(network, 8);

    // When / Then
    List<FaceTask> three =
        List.of(
            new Told().task(network, 1), new Told().task(network, 2), new Told().task(network, 3));
    assertThatThrownBy(() -> batcher.submit(three))
        .isInstanceOfSatisfying(
            QueueFullException.class,
            e -> {
              assertThat(e).hasMessageContaining("8 waiting, 3 more wanted (expected: at most 10");
              assertThat(e.retryAfter()).isPositive();
            });
    assertThat(batcher.waiting()).isEqualTo(8);
    assertThatThrownBy(() -> batcher.requireRoom(3)).isInstanceOf(QueueFullException.class);

    // And faces that have their place already are taken in all the same
    Told again = new Told();
    batcher.submitAgain(three.subList(0, 2));
    batcher.submitAgain(List.of(again.task(network, 9)));
    network.open(4);
    assertThat(again.labels()).containsExactly(9, 9);
    assertThat(waiting.get(7).labels()).containsExactly(7, 7);
  }

  @Test
  void facesThatComeAgainGoAhead() throws Exception {
    // Given a full batch that waits
    GatedNetwork network = new GatedNetwork();
    Told running = new Told();
    batcher.submit(List.of(running.task(network, 0)));
    network.awaitRunning(1);
    List<Told> waiting = submit(network, 4);

    // When
    Told again = new Told();
    batcher.submitAgain(List.of(again.task(network, 9)));
    network.open(2);

    // Then it is in the next batch, and the last of the others is not
    assertThat(again.labels()).containsExactly(9, 9);
    assertThat(waiting.get(3).outcome).isNotDone();
    network.open(1);
    assertThat(waiting.get(3).labels()).containsExactly(3, 3);
  }

  /** FAULTS row 8. */
  @Test
  void neverRunsAFaceWhoseCallerIsGone() throws Exception {
    // Given two faces that wait
    GatedNetwork network = new GatedNetwork();
    Told running = new Told();
    batcher.submit(List.of(running.task(network, 0)));
    network.awaitRunning(1);
    AtomicBoolean gone = new AtomicBoolean();
    Told left = new Told();
    Told stays = new Told();
    batcher.submit(List.of(left.task(network, 1, gone::get), stays.task(network, 2)));

    // When the caller of one goes
    gone.set(true);
    network.open(2);

    // Then
    assertThat(stays.labels()).containsExactly(2, 2);
    assertThat(left.outcome.get(5, TimeUnit.SECONDS)).isEqualTo("dropped");
    assertThat(network.batches).containsExactly(1, 1);
  }

  /** FAULTS row 10. */
  @Test
  void anAnswerThatIsNotFiniteFailsItsFaceOnly() throws Exception {
    // Given
    GatedNetwork network = new GatedNetwork();
    network.open(1);

    // When
    Told good = new Told();
    Told bad = new Told();
    Told alsoGood = new Told();
    batcher.submit(
        List.of(good.task(network, 1), bad.task(network, Float.NaN), alsoGood.task(network, 3)));

    // Then
    assertThat(good.labels()).containsExactly(1, 1);
    assertThat(alsoGood.labels()).containsExactly(3, 3);
    assertThat(bad.outcome.get(5, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("OUTPUT_NOT_FINITE");
              assertThat(e).hasMessageContaining("NaN");
            });
  }

  /** FAULTS row 10. */
  @Test
  void aFaceThatSpoilsItsBatchFailsAlone() throws Exception {
    // Given a network that cannot run a batch with this face
    GatedNetwork network = new GatedNetwork();
    network.open(10);

    // When
    Told good = new Told();
    Told bad = new Told();
    batcher.submit(List.of(good.task(network, 1), bad.task(network, GatedNetwork.POISON)));

    // Then
    assertThat(good.labels()).containsExactly(1, 1);
    assertThat(bad.outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(NetworkException.class);
  }

  @Test
  void outlivesAListenerThatThrows() throws Exception {
    // Given
    GatedNetwork network = new GatedNetwork();
    network.open(2);
    batcher.submit(
        List.of(
            new FaceTask(
                network,
                new float[] {1},
                Caller.PATIENT,
                new FaceTask.Listener() {
                  @Override
                  public void completed(NetworkAnswer answer, long waitedNanos, long ranNanos) {
                    throw new IllegalStateException("a listener fails on purpose");
                  }

                  @Override
                  public void failed(RuntimeException failure) {}

                  @Override
                  public void dropped() {}
                })));

    // When
    Told next = new Told();
    batcher.submit(List.of(next.task(network, 5)));

    // Then
    assertThat(next.labels()).containsExactly(5, 5);
  }

  @Test
  void freeThreadsShareWhatWaits() throws Exception {
    // Given two threads, both busy
    GatedNetwork network = new GatedNetwork();
    try (Batcher two = batcher(Duration.ZERO, 2)) {
      two.submit(List.of(new Told().task(network, 0)));
      network.awaitRunning(1);
      two.submit(List.of(new Told().task(network, 0)));
      network.awaitRunning(2);

      // When four faces wait for them
      List<Told> faces = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        faces.add(new Told());
        two.submit(List.of(faces.get(i).task(network, i)));
      }
      network.open(5);

      // Then the first that is free takes its half, and leaves the rest to the other
      for (int i = 0; i < 4; i++) {
        assertThat(faces.get(i).labels()).containsExactly(i, i);
      }
      // (which may be the one that runs first).
      assertThat(network.batches).startsWith(1, 1).contains(2).doesNotContain(3, 4);
    }
  }

  @Test
  void aSlowNetworksRunsAreShort() throws Exception {
    // Given a batcher whose runs may take a millisecond, and a network that has proved to be slow
    GatedNetwork network = new GatedNetwork();
    BatchSettings settings = new BatchSettings(4, Duration.ZERO, Duration.ofMillis(1), 1, 10);
    try (Batcher brief =
        new Batcher(
            settings,
            new NetworkSettings(1, false, Precision.FLOAT32),
            new InferenceMetrics(new SimpleMeterRegistry()))) {
      Told slow = new Told();
      brief.submit(List.of(slow.task(network, 0)));
      network.awaitRunning(1);
      long began = System.nanoTime();
      await().until(() -> System.nanoTime() - began > 50_000_000);
      List<Told> faces = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        faces.add(new Told());
        brief.submit(List.of(faces.get(i).task(network, i)));
      }

      // When
      network.open(5);

      // Then nobody waits for another's face
      assertThat(faces.get(3).labels()).containsExactly(3, 3);
      assertThat(network.batches).startsWith(1, 1, 1);
    }
  }

  @Test
  void waitsForMoreWhereThatIsSet() throws Exception {
    // Given a batcher that would wait for a second
    GatedNetwork network = new GatedNetwork();
    network.open(10);
    try (Batcher waiting = batcher(Duration.ofSeconds(1), 1)) {
      // When a full batch comes one by one
      List<Told> faces = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        faces.add(new Told());
        waiting.submit(List.of(faces.get(i).task(network, i)));
      }

      // Then it is one run; and a lone face is run all the same
      assertThat(faces.get(3).labels()).containsExactly(3, 3);
      assertThat(network.batches).containsExactly(4);
      Told lone = new Told();
      waiting.submit(List.of(lone.task(network, 7)));
      assertThat(lone.labels()).containsExactly(7, 7);
    }
  }

  @Test
  void closingFailsWhatWaitsAndTakesNothingMore() throws Exception {
    // Given one that runs and one that waits
    GatedNetwork network = new GatedNetwork();
    Told running = new Told();
    batcher.submit(List.of(running.task(network, 1)));
    network.awaitRunning(1);
    Told waiting = new Told();
    batcher.submit(List.of(waiting.task(network, 2)));

    // When
    CompletableFuture<Void> closing = CompletableFuture.runAsync(batcher::close);
    assertThat(waiting.outcome.get(5, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.reason()).isEqualTo("SHUTTING_DOWN"));
    network.open(1);
    closing.get(5, TimeUnit.SECONDS);

    // Then
    assertThat(running.labels()).containsExactly(1, 1);
    assertThatThrownBy(() -> batcher.submit(List.of(new Told().task(network, 3))))
        .isInstanceOf(FaultException.class);
  }

  private List<Told> submit(LandmarkNetwork network, int faces) {
    List<Told> told = new ArrayList<>();
    for (int i = 0; i < faces; i++) {
      Told face = new Told();
      told.add(face);
      batcher.submit(List.of(face.task(network, i)));
    }
    return told;
  }

  /** Answers each crop with its first number twice, one batch for each time the gate is opened. */
  private static final class GatedNetwork implements LandmarkNetwork {
    static final float POISON = -99;

    final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final Semaphore gate = new Semaphore(0);

    void open(int times) {
      gate.release(times);
    }

    void awaitRunning(int batch) {
      await().until(() -> batches.size() == batch);
    }

    @Override
    public int inputSizePx() {
      return 1;
    }

    @Override
    public int outputs() {
      return 2;
    }

    @Override
    public boolean tellsExpectedErrors() {
      return false;
    }

    @Override
    public List<NetworkAnswer> run(List<float[]> crops) {
      batches.add(crops.size());
      gate.acquireUninterruptibly();
      if (crops.stream().anyMatch(crop -> crop[0] == POISON)) {
        throw new NetworkException("poison", new IllegalStateException());
      }
      return crops.stream()
          .map(crop -> new NetworkAnswer(new float[] {crop[0], crop[0]}, null))
          .toList();
    }

    @Override
    public void close() {}
  }

  /** What a face was told: labels, a failure, or "dropped". */
  private static final class Told implements FaceTask.Listener {
    final CompletableFuture<Object> outcome = new CompletableFuture<>();

    FaceTask task(LandmarkNetwork network, float value) {
      return task(network, value, Caller.PATIENT);
    }

    FaceTask task(LandmarkNetwork network, float value, Caller caller) {
      return new FaceTask(network, new float[] {value}, caller, this);
    }

    float[] labels() throws Exception {
      return (float[]) outcome.get(5, TimeUnit.SECONDS);
    }

    @Override
    public void completed(NetworkAnswer answer, long waitedNanos, long ranNanos) {
      tell(answer.labels());
    }

    @Override
    public void failed(RuntimeException failure) {
      tell(failure);
    }

    @Override
    public void dropped() {
      tell("dropped");
    }

    private void tell(Object told) {
      assertThat(outcome.complete(told)).as("told once").isTrue();
    }
  }
}
