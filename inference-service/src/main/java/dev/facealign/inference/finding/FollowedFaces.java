package dev.facealign.inference.finding;

import dev.facealign.geometry.Box;
import dev.facealign.inference.finding.LandmarkAnswer.BoxOrigin;
import dev.facealign.inference.finding.LandmarkAnswer.Face;
import dev.facealign.inference.track.FaceTracker.Followed;
import dev.facealign.inference.track.FaceTracker.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Follows faces into the next picture: each is cropped by its points in the picture before.
 *
 * <p>Points that stay where they were are a face that rests. Points that moved are a face that
 * moved, or no face any more: cropped by its own points and run again, a face stays, and its points
 * are better for it. What does not stay is lost, and faces are looked for.
 */
final class FollowedFaces {
  /** Where points moved little a second run tells nothing new. */
  private static final double RESTS = 0.5;

  private final PictureRuns picture;
  private final FaceRuns runs;
  private final double minScore;

  /** Told what became of a picture. */
  interface Outcome {

    /**
     * Its faces.
     *
     * @param faces those followed with their identities, and those found without
     * @param searched whether faces were looked for
     */
    void found(List<Face> faces, boolean searched);
  }

  /**
   * @param minScore a face with a lower one is lost
   */
  FollowedFaces(PictureRuns picture, FaceRuns runs, double minScore) {
    this.picture = picture;
    this.runs = runs;
    this.minScore = minScore;
  }

  /**
   * Follows a picture's faces, and looks for others where that is planned or needed.
   *
   * @param most faces at most
   */
  void follow(Plan plan, int most, Outcome outcome) {
    List<Followed> followed = plan.followed();
    picture.run(
        followed.stream().map(Followed::box).toList(),
        false,
        first -> runMovedOnesAgain(plan, first, most, outcome));
  }

  private void runMovedOnesAgain(Plan plan, List<Pass.Points> first, int most, Outcome outcome) {
    List<Face> faces = new ArrayList<>();
    List<Followed> moved = new ArrayList<>();
    List<Pass.Points> before = new ArrayList<>();
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      Followed who = plan.followed().get(i);
      Pass.Points points = first.get(i);
      double score = runs.scoreOfTwoRuns(who.landmarks(), points);
      Optional<Box> own = FaceRuns.believable(who.box(), points.landmarks());
      if (score >= RESTS) {
        faces.add(face(who, who.box(), points, score));
      } else if (own.isPresent()) {
        moved.add(who);
        before.add(points);
        boxes.add(own.get());
      }
    }
    picture.run(
        boxes,
        true,
        second -> {
          for (int i = 0; i < moved.size(); i++) {
            Pass.Points after = second.get(i);
            double score = runs.scoreOfTwoRuns(before.get(i).landmarks(), after);
            if (score >= minScore) {
              faces.add(face(moved.get(i), boxes.get(i), after, score));
            }
          }
          searchWhereNeeded(plan, faces, most, outcome);
        });
  }

  private void searchWhereNeeded(Plan plan, List<Face> faces, int most, Outcome outcome) {
    boolean lost = faces.size() < plan.followed().size();
    int room = most - faces.size();
    if (room == 0 || !(plan.search() || lost)) {
      outcome.found(faces, false);
      return;
    }
    List<Box> known =
        faces.stream().flatMap(face -> FaceRuns.ownBox(face.landmarks()).stream()).toList();
    runs.detected(
        known,
        room,
        detected -> {
          faces.addAll(detected);
          outcome.found(faces, true);
        });
  }

  private static Face face(Followed who, Box box, Pass.Points points, double score) {
    return FaceRuns.face(box, points, BoxOrigin.TRACKED, OptionalDouble.of(score))
        .identified(who.identity(), points.landmarks());
  }
}
