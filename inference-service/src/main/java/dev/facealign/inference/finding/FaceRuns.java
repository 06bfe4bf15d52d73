package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.inference.finding.LandmarkAnswer.BoxOrigin;
import dev.facealign.inference.finding.LandmarkAnswer.Face;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.score.FaceScore;
import dev.facealign.landmark.Landmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Makes faces of boxes: runs them, where need be again by their own points, and scores them. */
final class FaceRuns {
  /** A second box with less than this in common with the first is not believed. */
  private static final double LEAST_AGREEMENT = 0.3;

  private final PictureRuns picture;
  private final boolean secondPass;
  private final FaceScore scores;

  /**
   * @param secondPass whether detected faces are run again
   */
  FaceRuns(PictureRuns picture, boolean secondPass, FaceScore scores) {
    this.picture = picture;
    this.secondPass = secondPass;
    this.scores = scores;
  }

  /** Runs boxes as they are, once. */
  void given(List<Box> boxes, Consumer<List<Face>> next) {
    picture.run(
        boxes,
        false,
        points -> {
          List<Face> faces = new ArrayList<>();
          for (int i = 0; i < boxes.size(); i++) {
            faces.add(
                face(boxes.get(i), points.get(i), BoxOrigin.GIVEN, scoreOfOneRun(points.get(i))));
          }
          next.accept(faces);
        });
  }

  /**
   * Finds faces and runs them. A detector's box is rough: the landmarks found in it tell the box
   * they should have been looked for in.
   *
   * @param known boxes of faces that are not to be found once more
   * @param most at most so many are run, largest first
   */
  void detected(List<Box> known, int most, Consumer<List<Face>> next) {
    List<Box> boxes =
        picture.detect().stream()
            .filter(
                box ->
                    known.stream()
                        .allMatch(other -> other.intersectionOverUnion(box) < LEAST_AGREEMENT))
            .limit(most)
            .toList();
    picture.run(boxes, false, first -> refine(boxes, first, next));
  }

  private void refine(List<Box> boxes, List<Pass.Points> first, Consumer<List<Face>> next) {
    List<Optional<Box>> better = new ArrayList<>();
    for (int i = 0; secondPass && i < boxes.size(); i++) {
      better.add(believable(boxes.get(i), first.get(i).landmarks()));
    }
    List<Box> again = better.stream().flatMap(Optional::stream).toList();
    picture.run(
        again,
        true,
        second -> {
          List<Face> faces = new ArrayList<>();
          int ran = 0;
          for (int i = 0; i < boxes.size(); i++) {
            Pass.Points before = first.get(i);
            if (!secondPass) {
              faces.add(face(boxes.get(i), before, BoxOrigin.DETECTED, scoreOfOneRun(before)));
            } else if (better.get(i).isEmpty()) {
              // The model does not see the face that the detector sees.
              faces.add(face(boxes.get(i), before, BoxOrigin.DETECTED, OptionalDouble.of(0)));
            } else {
              Pass.Points after = second.get(ran);
              faces.add(
                  face(
                      again.get(ran),
                      after,
                      BoxOrigin.DETECTED,
                      OptionalDouble.of(scoreOfTwoRuns(before.landmarks(), after))));
              ran++;
            }
          }
          next.accept(faces);
        });
  }

  /** The points' own box, if it is near enough to the one that they were looked for in. */
  static Optional<Box> believable(Box box, Landmarks landmarks) {
    return ownBox(landmarks).filter(own -> own.intersectionOverUnion(box) >= LEAST_AGREEMENT);
  }

  /** The tight box of points; empty where all are on one line. */
  static Optional<Box> ownBox(Landmarks landmarks) {
    try {
      return Optional.of(landmarks.boundingBox());
    } catch (FaultException e) {
      return Optional.empty();
    }
  }

  /**
   * The score of points that were found again in a crop by those before; 0 for points on one line.
   */
  double scoreOfTwoRuns(Landmarks before, Pass.Points after) {
    return ownBox(after.landmarks()).isPresent()
        ? scores.ofTwoRuns(before, after.landmarks(), doubt(after).orElse(1))
        : 0;
  }

  /** Only where the model tells expected errors, and how large they usually are. */
  private OptionalDouble scoreOfOneRun(Pass.Points points) {
    OptionalDouble doubt = doubt(points);
    if (doubt.isEmpty()) {
      return doubt;
    }
    return OptionalDouble.of(
        ownBox(points.landmarks()).isPresent()
            ? scores.ofOneRun(picture.model().scheme(), points.landmarks(), doubt.getAsDouble())
            : 0);
  }

  /** Mean expected error over the usual one, both as shares of a crop by the points' own box. */
  private OptionalDouble doubt(Pass.Points points) {
    LoadedModel model = picture.model();
    double usual = model.manifest().getCertainty().getMeanExpectedError();
    OptionalDouble error = points.errors().mean();
    Optional<Box> own = ownBox(points.landmarks());
    if (error.isEmpty() || !(usual > 0)) {
      return OptionalDouble.empty();
    }
    double unit = own.map(box -> model.cropPolicy().region(box).unit()).orElse(1.0);
    return OptionalDouble.of(error.getAsDouble() / unit / usual);
  }

  /** A face of these points. */
  static Face face(Box box, Pass.Points points, BoxOrigin origin, OptionalDouble score) {
    return new Face(
        box,
        points.landmarks(),
        points.errors(),
        origin,
        score,
        OptionalLong.empty(),
        Optional.empty());
  }
}
