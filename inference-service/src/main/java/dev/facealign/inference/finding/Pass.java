package dev.facealign.inference.finding;

import dev.facealign.crop.CropRegion;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropSampler;
import dev.facealign.image.RgbImage;
import dev.facealign.inference.batch.Batcher;
import dev.facealign.inference.batch.Caller;
import dev.facealign.inference.batch.FaceTask;
import dev.facealign.inference.batch.QueueFullException;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.landmark.Landmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Faces of one picture, once through a model: cropped by their boxes, run, and mapped back into the
 * picture.
 */
final class Pass {
  private final List<CropRegion> regions;
  private final List<float[]> crops = new ArrayList<>();
  private final CropBuffers buffers;
  private final PreparationPool pool;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final AtomicInteger outstanding;

  private long cropNanos;
  // Each written by one outcome, read after the last: the counter orders them.
  private final @Nullable NetworkAnswer[] answers;
  private final @Nullable RuntimeException[] failures;
  private final long[] waitedNanos;
  private final long[] ranNanos;

  /**
   * What came of it.
   *
   * @param points of each face in the order of the boxes
   * @param waitedNanos the longest that a face waited
   * @param computeNanos cropping, and the longest run
   */
  record Outcome(List<Points> points, long waitedNanos, long computeNanos) {}

  /**
   * A face's points.
   *
   * @param landmarks finite, in image coordinates
   * @param errors how far each of them may be off
   */
  record Points(Landmarks landmarks, ExpectedErrors errors) {}

  private Pass(List<CropRegion> regions, CropBuffers buffers, PreparationPool pool) {
    int faces = regions.size();
    this.regions = regions;
    this.buffers = buffers;
    this.pool = pool;
    outstanding = new AtomicInteger(faces);
    answers = new NetworkAnswer[faces];
    failures = new RuntimeException[faces];
    waitedNanos = new long[faces];
    ranNanos = new long[faces];
  }

  /**
   * Runs faces. Crops on this thread.
   *
   * @param model stays open until the outcome
   * @param boxes one or more landmark boxes
   * @param again whether these faces were run before, and so have a place already
   * @return the outcome, by a thread of the pool, when no batch holds a face any more; or a {@link
   *     FaultException} that names the face, or {@link CancellationException} because the caller is
   *     gone
   * @throws QueueFullException no room
   * @throws FaultException UNAVAILABLE (reason SHUTTING_DOWN)
   */
  static CompletableFuture<Outcome> run(
      LoadedModel model,
      RgbImage image,
      List<Box> boxes,
      boolean again,
      Caller caller,
      Batcher batcher,
      CropBuffers buffers,
      PreparationPool pool) {
    List<CropRegion> regions = boxes.stream().map(model.cropPolicy()::region).toList();
    Pass pass = new Pass(regions, buffers, pool);
    boolean submitted = false;
    try {
      pass.crop(image, model.network().inputSizePx(), caller);
      List<FaceTask> tasks = pass.tasks(model, caller);
      if (again) {
        batcher.submitAgain(tasks);
      } else {
        batcher.submit(tasks);
      }
      submitted = true;
      return pass.outcome;
    } finally {
      if (!submitted) {
        pass.crops.forEach(buffers::giveBack);
      }
    }
  }

  private void crop(RgbImage image, int size, Caller caller) {
    long began = System.nanoTime();
    for (CropRegion region : regions) {
      if (caller.isGone()) {
        throw new CancellationException("the caller is gone");
      }
      float[] crop = buffers.take(3 * size * size);
      crops.add(crop);
      CropSampler.sample(image, region.cropToImage(size), size, crop, 0);
    }
    cropNanos = System.nanoTime() - began;
  }

  private List<FaceTask> tasks(LoadedModel model, Caller caller) {
    List<FaceTask> tasks = new ArrayList<>();
    for (int i = 0; i < crops.size(); i++) {
      tasks.add(new FaceTask(model.network(), crops.get(i), caller, new FaceOutcome(i)));
    }
    return tasks;
  }

  /** Takes one face's outcome, on the batcher's thread. */
  private final class FaceOutcome implements FaceTask.Listener {
    private final int face;

    FaceOutcome(int face) {
      this.face = face;
    }

    @Override
    public void completed(NetworkAnswer answered, long waited, long ran) {
      answers[face] = answered;
      waitedNanos[face] = waited;
      ranNanos[face] = ran;
      done();
    }

    @Override
    public void failed(RuntimeException failure) {
      failures[face] = failure;
      done();
    }

    @Override
    public void dropped() {
      failures[face] = new CancellationException("the caller is gone");
      done();
    }

    private void done() {
      buffers.giveBack(crops.get(face));
      if (outstanding.decrementAndGet() == 0) {
        pool.goOn(Pass.this::end);
      }
    }
  }

  private void end() {
    for (int i = 0; i < failures.length; i++) {
      RuntimeException failure = failures[i];
      if (failure != null) {
        outcome.completeExceptionally(naming(i, failure));
        return;
      }
    }
    List<Points> points = new ArrayList<>();
    long waited = 0;
    long ran = 0;
    for (int i = 0; i < answers.length; i++) {
      // Not null: without a failure there is an answer.
      NetworkAnswer answer = Objects.requireNonNull(answers[i]);
      CropRegion region = regions.get(i);
      points.add(
          new Points(region.toImage(toDouble(answer.labels())), ExpectedErrors.of(answer, region)));
      waited = Math.max(waited, waitedNanos[i]);
      ran = Math.max(ran, ranNanos[i]);
    }
    outcome.complete(new Outcome(points, waited, cropNanos + ran));
  }

  private static RuntimeException naming(int face, RuntimeException failure) {
    return failure instanceof FaultException fault
        ? FaultException.of(
            fault.kind(), fault.reason(), "face " + face + ": " + fault.getMessage(), fault)
        : failure;
  }

  private static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
