package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.batch.Caller;
import dev.facealign.inference.batch.FaceTask;
import dev.facealign.inference.finding.LandmarkAnswer.StepTimes;
import dev.facealign.inference.metrics.InferenceMetrics.Step;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.network.NetworkAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Faces that the caller has cropped itself, on their way through a model; {@link Finding} without
 * the picture.
 *
 * <p>INVARIANT: it ends once, and then no batch holds a face of it; its lease and its crops are
 * given back there.
 */
final class CropRun {
  private final Finding.Tools tools;
  private final Caller caller;
  private final long arrivedNanos = System.nanoTime();
  private final CompletableFuture<LabelAnswer> answer = new CompletableFuture<>();

  // Let go once copied: it may be large.
  private @Nullable CropQuery query;
  private LoadedModel.@Nullable Lease lease;
  private long queueNanos;
  private List<FaceOutcome> faces = List.of();
  private final AtomicInteger outstanding = new AtomicInteger();

  CropRun(Finding.Tools tools, CropQuery query, Caller caller) {
    this.tools = tools;
    this.query = query;
    this.caller = caller;
  }

  /** Completed once, whoever is first. */
  CompletableFuture<LabelAnswer> answer() {
    return answer;
  }

  /** First work, by a thread of the pool. */
  void begin() {
    queueNanos = System.nanoTime() - arrivedNanos;
    if (caller.isGone()) {
      end(gone());
      return;
    }
    CompletableFuture<LoadedModel.Lease> acquired =
        tools.models().acquire(Objects.requireNonNull(query).model());
    if (acquired.isDone()) {
      submitTo(acquired);
    } else {
      CompletableFuture<?> unused =
          acquired.whenComplete((taken, failure) -> tools.pool().goOn(() -> submitTo(acquired)));
    }
  }

  private void submitTo(CompletableFuture<LoadedModel.Lease> acquired) {
    CompletableFuture<?> unused =
        acquired.whenComplete(
            (taken, failure) -> {
              if (taken == null) {
                end(Objects.requireNonNull(failure));
                return;
              }
              lease = taken;
              try {
                submit(taken.model());
              } catch (RuntimeException | Error e) {
                end(e);
              }
            });
  }

  /** Whatever it throws, no batch holds a face. */
  private void submit(LoadedModel model) {
    if (caller.isGone()) {
      throw gone();
    }
    CropQuery asked = Objects.requireNonNull(query);
    query = null;
    int count = asked.requireFit(model);
    tools.batcher().requireRoom(count);
    int size = model.network().inputSizePx();
    List<FaceOutcome> read = new ArrayList<>(count);
    // As it grows, so that all are given back whatever happens.
    faces = read;
    List<FaceTask> tasks = new ArrayList<>(count);
    for (int face = 0; face < count; face++) {
      FaceOutcome outcome = new FaceOutcome(tools.buffers().take(3 * size * size));
      read.add(outcome);
      asked.read(face, outcome.crop);
      tasks.add(new FaceTask(model.network(), outcome.crop, caller, outcome));
    }
    outstanding.set(count);
    tools.batcher().submit(tasks);
  }

  /** Takes one face's outcome, on the batcher's thread. */
  private final class FaceOutcome implements FaceTask.Listener {
    final float[] crop;
    // Written by one outcome, read after the last: the counter orders them.
    @Nullable NetworkAnswer answered;
    @Nullable RuntimeException failure;
    long waitedNanos;
    long ranNanos;

    FaceOutcome(float[] crop) {
      this.crop = crop;
    }

    @Override
    public void completed(NetworkAnswer networkAnswer, long waited, long ran) {
      answered = networkAnswer;
      waitedNanos = waited;
      ranNanos = ran;
      done();
    }

    @Override
    public void failed(RuntimeException e) {
      failure = e;
      done();
    }

    @Override
    public void dropped() {
      failure = gone();
      done();
    }

    private void done() {
      if (outstanding.decrementAndGet() == 0) {
        tools.pool().goOn(CropRun.this::end);
      }
    }
  }

  private void end() {
    List<NetworkAnswer> answers = new ArrayList<>(faces.size());
    long waited = 0;
    long ran = 0;
    for (int i = 0; i < faces.size(); i++) {
      FaceOutcome face = faces.get(i);
      if (face.failure != null) {
        end(naming(i, face.failure));
        return;
      }
      // Not null: without a failure there is an answer.
      answers.add(Objects.requireNonNull(face.answered));
      waited = Math.max(waited, face.waitedNanos);
      ran = Math.max(ran, face.ranNanos);
    }
    LoadedModel model = Objects.requireNonNull(lease).model();
    LabelAnswer answered = new LabelAnswer(model.manifest().getName(), model.version(), answers);
    StepTimes times = new StepTimes(queueNanos + waited, 0, 0, ran);
    giveBack();
    tools.metrics().took(Step.QUEUE, times.queueNanos());
    tools.metrics().took(Step.COMPUTE, times.computeNanos());
    tools.metrics().facesAnswered(answers.size());
    answer.complete(answered);
  }

  private void end(Throwable failure) {
    giveBack();
    if (failure instanceof CancellationException) {
      tools.metrics().requestDropped();
    }
    answer.completeExceptionally(failure);
  }

  private void giveBack() {
    query = null;
    faces.forEach(face -> tools.buffers().giveBack(face.crop));
    faces = List.of();
    LoadedModel.Lease taken = lease;
    lease = null;
    if (taken != null) {
      taken.close();
    }
  }

  private static RuntimeException naming(int face, RuntimeException failure) {
    return failure instanceof FaultException fault
        ? FaultException.of(
            fault.kind(), fault.reason(), "face " + face + ": " + fault.getMessage(), fault)
        : failure;
  }

  private static CancellationException gone() {
    return new CancellationException("the caller is gone");
  }
}
