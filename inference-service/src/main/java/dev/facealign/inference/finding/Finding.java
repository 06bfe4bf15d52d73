package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.RgbImage;
import dev.facealign.inference.batch.Batcher;
import dev.facealign.inference.batch.Caller;
import dev.facealign.inference.face.FaceDetector;
import dev.facealign.inference.finding.LandmarkAnswer.Face;
import dev.facealign.inference.finding.LandmarkAnswer.StepTimes;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.metrics.InferenceMetrics.Step;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.model.ServingModels;
import dev.facealign.inference.picture.Picture;
import dev.facealign.inference.picture.PictureReader;
import dev.facealign.landmark.Landmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One picture on its way to its landmarks.
 *
 * <pre>
 *   begin ──► model in memory ──► prepare ──► first pass ──► second pass ──► end
 *                                    │            └── boxes were given ──►──┤
 *                                    └── no face ──────────────────────────►┘
 * </pre>
 *
 * <p>At most one thread works on it at a time, always one of the pool's: while its model is loaded
 * and while its faces are in batches nobody does, and who ends that puts it back into the pool.
 *
 * <p>INVARIANT: it ends once, and then no batch holds a face of it; its lease and its pixels are
 * given back there.
 */
final class Finding {
  /** A second box with less than this in common with the first is not believed. */
  private static final double LEAST_AGREEMENT = 0.3;

  private final Tools tools;
  private final List<Box> givenBoxes;
  private final String modelReference;
  private final int maxFaces;
  private final Caller caller;
  private final long arrivedNanos = System.nanoTime();
  private final CompletableFuture<LandmarkAnswer> answer = new CompletableFuture<>();

  // Let go once decoded: it may be large.
  private @Nullable Picture picture;
  private LoadedModel.@Nullable Lease lease;
  private long pixels;
  private long queueNanos;
  private long decodeNanos;
  private long detectNanos;
  private long computeNanos;

  /** What all findings share. */
  record Tools(
      ServingModels models,
      PreparationPool pool,
      Batcher batcher,
      PictureReader reader,
      FaceDetector detector,
      boolean secondPass,
      PixelBudget budget,
      CropBuffers buffers,
      InferenceMetrics metrics) {}

  /** A picture that is decoded, and the model that it waits for. */
  private record Prepared(LoadedModel model, RgbImage image) {}

  Finding(Tools tools, LandmarkQuery query, Caller caller) {
    this.tools = tools;
    this.picture = query.picture();
    this.givenBoxes = query.boxes();
    this.modelReference = query.model();
    this.maxFaces = query.maxFaces();
    this.caller = caller;
  }

  /** Completed once, whoever is first. */
  CompletableFuture<LandmarkAnswer> answer() {
    return answer;
  }

  /** First work, by a thread of the pool. */
  void begin() {
    queueNanos = System.nanoTime() - arrivedNanos;
    guarded(
        () -> {
          requireCaller();
          CompletableFuture<LoadedModel.Lease> acquired = tools.models().acquire(modelReference);
          if (acquired.isDone()) {
            then(acquired, this::prepare);
          } else {
            CompletableFuture<?> unused =
                acquired.whenComplete(
                    (taken, failure) -> tools.pool().goOn(() -> then(acquired, this::prepare)));
          }
        });
  }

  private void prepare(LoadedModel.Lease acquired) {
    lease = acquired;
    requireCaller();
    long began = System.nanoTime();
    RgbImage image = tools.reader().read(Objects.requireNonNull(picture));
    picture = null;
    decodeNanos = System.nanoTime() - began;
    tools.budget().take((long) image.width() * image.height());
    pixels = (long) image.width() * image.height();
    Prepared prepared = new Prepared(acquired.model(), image);
    if (givenBoxes.isEmpty()) {
      List<Box> found = detect(image);
      pass(prepared, found, false, points -> refine(prepared, found, points));
    } else {
      requireOnPicture(givenBoxes, image);
      pass(prepared, givenBoxes, false, points -> end(prepared, faces(givenBoxes, points), ""));
    }
  }

  private List<Box> detect(RgbImage image) {
    long began = System.nanoTime();
    List<Box> boxes = tools.detector().detect(image);
    detectNanos = System.nanoTime() - began;
    return boxes.subList(0, Math.min(maxFaces, boxes.size()));
  }

  /** Runs faces, none of which may be there, and goes on with their points. */
  private void pass(
      Prepared prepared, List<Box> boxes, boolean again, Consumer<List<Pass.Points>> next) {
    if (boxes.isEmpty()) {
      next.accept(List.of());
      return;
    }
    if (!again) {
      tools.batcher().requireRoom(boxes.size());
    }
    CompletableFuture<Pass.Outcome> outcome =
        Pass.run(
            prepared.model(),
            prepared.image(),
            boxes,
            again,
            caller,
            tools.batcher(),
            tools.buffers(),
            tools.pool());
    then(
        outcome,
        ran -> {
          queueNanos += ran.waitedNanos();
          computeNanos += ran.computeNanos();
          next.accept(ran.points());
        });
  }

  /**
   * A detector's box is rough: the landmarks found in it tell the box they should have been looked
   * for in.
   */
  private void refine(Prepared prepared, List<Box> found, List<Pass.Points> first) {
    String detector = tools.detector().name();
    List<Face> faces = faces(found, first);
    List<Integer> again = new ArrayList<>();
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; tools.secondPass() && i < found.size(); i++) {
      Box better = believable(found.get(i), first.get(i).landmarks());
      if (better != null) {
        again.add(i);
        boxes.add(better);
      }
    }
    pass(
        prepared,
        boxes,
        true,
        second -> {
          List<Face> refined = new ArrayList<>(faces);
          for (int i = 0; i < again.size(); i++) {
            refined.set(again.get(i), face(boxes.get(i), second.get(i)));
          }
          end(prepared, refined, detector);
        });
  }

  private static @Nullable Box believable(Box box, Landmarks landmarks) {
    try {
      Box tight = landmarks.boundingBox();
      return tight.intersectionOverUnion(box) >= LEAST_AGREEMENT ? tight : null;
    } catch (FaultException e) {
      // All points on one line: no box.
      return null;
    }
  }

  private static List<Face> faces(List<Box> boxes, List<Pass.Points> points) {
    List<Face> faces = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      faces.add(face(boxes.get(i), points.get(i)));
    }
    return faces;
  }

  private static Face face(Box box, Pass.Points points) {
    return new Face(box, points.landmarks(), points.errors());
  }

  private static void requireOnPicture(List<Box> boxes, RgbImage image) {
    // Pixels have extent: the first one's reaches from -0.5 to 0.5.
    Box area = new Box(-0.5, -0.5, image.width(), image.height());
    for (int i = 0; i < boxes.size(); i++) {
      Box box = boxes.get(i);
      if (!box.overlaps(area)) {
        throw FaultException.invalid(
            "BOX_INVALID",
            "boxes[" + i + "]",
            "x %s, y %s, %s x %s".formatted(box.x(), box.y(), box.width(), box.height()),
            "a box that touches the picture of " + image.width() + " x " + image.height());
      }
    }
  }

  private void end(Prepared prepared, List<Face> faces, String detector) {
    LandmarkAnswer answered =
        new LandmarkAnswer(
            faces,
            prepared.model().version(),
            prepared.model().scheme().id(),
            prepared.image().width(),
            prepared.image().height(),
            detector,
            new StepTimes(queueNanos, decodeNanos, detectNanos, computeNanos));
    giveBack();
    InferenceMetrics metrics = tools.metrics();
    metrics.took(Step.QUEUE, queueNanos);
    metrics.took(Step.DECODE, decodeNanos);
    if (!detector.isEmpty()) {
      metrics.took(Step.DETECT, detectNanos);
    }
    metrics.took(Step.COMPUTE, computeNanos);
    metrics.facesAnswered(faces.size());
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
    tools.budget().giveBack(pixels);
    pixels = 0;
    LoadedModel.Lease taken = lease;
    lease = null;
    if (taken != null) {
      taken.close();
    }
  }

  private void requireCaller() {
    if (caller.isGone()) {
      throw new CancellationException("the caller is gone");
    }
  }

  /** Goes on with a result; with a failure it ends. */
  private <T> void then(CompletableFuture<T> result, Consumer<T> next) {
    // Neither branch throws: what a step throws is told as its failure.
    CompletableFuture<?> unused =
        result.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                guarded(() -> next.accept(value));
              } else {
                end(
                    failure instanceof CompletionException e && e.getCause() != null
                        ? e.getCause()
                        : failure);
              }
            });
  }

  /** Whatever a step throws ends it: nobody else would answer the caller. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }
}
