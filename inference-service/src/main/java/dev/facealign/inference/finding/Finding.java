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
import dev.facealign.inference.score.FaceScore;
import dev.facealign.inference.track.FaceTracker;
import dev.facealign.inference.track.Scene;
import dev.facealign.inference.track.Sighting;
import dev.facealign.pose.HeadPoseEstimator;
import java.util.ArrayList;
import java.util.Comparator;
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
 * <p>In a video, faces that are followed are run before others are looked for, see {@link
 * FollowedFaces}.
 *
 * <p>At most one thread works on it at a time, always one of the pool's: while its model is loaded
 * and while its faces are in batches nobody does, and who ends that puts it back into the pool.
 *
 * <p>INVARIANT: it ends once, and then no batch holds a face of it; its lease and its pixels are
 * given back there.
 */
final class Finding {
  private final Tools tools;
  private final List<Box> givenBoxes;
  private final String modelReference;
  private final int maxFaces;
  private final boolean headPose;
  private final LandmarkQuery.@Nullable Video video;
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
      FaceScore scores,
      HeadPoseEstimator poses,
      double minTrackedScore,
      PixelBudget budget,
      CropBuffers buffers,
      AnswerWitness witness,
      InferenceMetrics metrics) {}

  /** A picture that is decoded, and the model that it waits for. */
  private final class Prepared implements PictureRuns {
    private final LoadedModel model;
    private final RgbImage image;

    Prepared(LoadedModel model, RgbImage image) {
      this.model = model;
      this.image = image;
    }

    @Override
    public LoadedModel model() {
      return model;
    }

    @Override
    public List<Box> detect() {
      long began = System.nanoTime();
      List<Box> boxes = tools.detector().detect(image);
      detectNanos += System.nanoTime() - began;
      return boxes;
    }

    @Override
    public void run(List<Box> boxes, boolean again, Consumer<List<Pass.Points>> next) {
      pass(this, boxes, again, next);
    }
  }

  Finding(Tools tools, LandmarkQuery query, Caller caller) {
    this.tools = tools;
    this.picture = query.picture();
    this.givenBoxes = query.boxes();
    this.modelReference = query.model();
    this.maxFaces = query.maxFaces();
    this.headPose = query.headPose();
    this.video = query.video();
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
    if (headPose) {
      tools.poses().requireScheme(acquired.model().scheme());
    }
    long began = System.nanoTime();
    RgbImage image = tools.reader().read(Objects.requireNonNull(picture));
    picture = null;
    decodeNanos = System.nanoTime() - began;
    tools.budget().take((long) image.width() * image.height());
    pixels = (long) image.width() * image.height();
    Prepared prepared = new Prepared(acquired.model(), image);
    FaceRuns runs = new FaceRuns(prepared, tools.secondPass(), tools.scores());
    if (!givenBoxes.isEmpty()) {
      requireOnPicture(givenBoxes, image);
    }
    if (video != null) {
      follow(prepared, runs, video);
    } else if (givenBoxes.isEmpty()) {
      runs.detected(List.of(), maxFaces, faces -> end(prepared, faces, true));
    } else {
      runs.given(givenBoxes, faces -> end(prepared, faces, false));
    }
  }

  private void follow(Prepared prepared, FaceRuns runs, LandmarkQuery.Video of) {
    Scene scene =
        new Scene(
            prepared.model.version(),
            prepared.model.scheme().id(),
            prepared.image.width(),
            prepared.image.height(),
            of.seconds());
    FaceTracker.Plan plan = of.tracker().plan(scene, maxFaces);
    if (givenBoxes.isEmpty()) {
      new FollowedFaces(prepared, runs, tools.minTrackedScore())
          .follow(
              plan,
              maxFaces,
              (faces, searched) -> {
                List<Face> known = new ArrayList<>(identified(of, plan, faces, false, searched));
                known.sort(Comparator.comparingDouble((Face face) -> -face.box().diagonal()));
                end(prepared, known, searched);
              });
    } else {
      runs.given(
          givenBoxes, faces -> end(prepared, identified(of, plan, faces, true, false), false));
    }
  }

  /**
   * Tells the stream's tracker of the faces. Of two that are one the older one is left; points on
   * one line are nobody.
   */
  private static List<Face> identified(
      LandmarkQuery.Video of,
      FaceTracker.Plan plan,
      List<Face> faces,
      boolean given,
      boolean searched) {
    List<Integer> somebody = new ArrayList<>();
    List<Sighting> sightings = new ArrayList<>();
    for (int i = 0; i < faces.size(); i++) {
      Face face = faces.get(i);
      if (FaceRuns.ownBox(face.landmarks()).isPresent()) {
        somebody.add(i);
        sightings.add(new Sighting(face.landmarks(), face.identity()));
      }
    }
    List<Face> identified = new ArrayList<>(given ? faces : List.of());
    for (FaceTracker.Identified who :
        of.tracker().saw(plan, sightings, given, searched, of.smoothing())) {
      int index = somebody.get(who.sighting());
      Face face = faces.get(index).identified(who.identity(), who.landmarks());
      if (given) {
        identified.set(index, face);
      } else {
        identified.add(face);
      }
    }
    return identified;
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
            prepared.model,
            prepared.image,
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

  private void end(Prepared prepared, List<Face> faces, boolean searched) {
    LandmarkAnswer answered =
        new LandmarkAnswer(
            headPose ? posed(faces) : faces,
            prepared.model.version(),
            prepared.model.precision(),
            prepared.model.scheme().id(),
            prepared.image.width(),
            prepared.image.height(),
            searched ? tools.detector().name() : "",
            new StepTimes(queueNanos, decodeNanos, detectNanos, computeNanos));
    giveBack();
    InferenceMetrics metrics = tools.metrics();
    metrics.took(Step.QUEUE, queueNanos);
    metrics.took(Step.DECODE, decodeNanos);
    if (searched) {
      metrics.took(Step.DETECT, detectNanos);
    }
    metrics.took(Step.COMPUTE, computeNanos);
    metrics.facesAnswered(faces.size());
    answer.complete(answered);
    // Points that were smoothed are not what the model told.
    if (video == null || video.smoothing() == null) {
      tools.witness().answered(prepared.model.manifest(), prepared.image, faces);
    }
  }

  private List<Face> posed(List<Face> faces) {
    return faces.stream()
        .map(face -> face.posed(tools.poses().estimate(face.landmarks())))
        .toList();
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
