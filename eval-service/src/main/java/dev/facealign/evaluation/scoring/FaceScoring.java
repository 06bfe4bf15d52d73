package dev.facealign.evaluation.scoring;

import dev.facealign.crop.BoxSource;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Asks for one face of a dataset and scores the answer, in the picture's pixels. */
public final class FaceScoring {

  /**
   * A found face that shares less than this with the true box (intersection over union) is another.
   */
  private static final double SAME_FACE = 0.1;

  private final LandmarkScheme scheme;
  private final Normaliser normaliser;
  private final Optional<BoxSource> boxes;

  /**
   * @param boxes which box is sent with a face; empty where the service's detector finds it
   */
  public FaceScoring(LandmarkScheme scheme, Optional<BoxSource> boxes) {
    this.scheme = scheme;
    this.normaliser = Normaliser.defaultOf(scheme);
    this.boxes = boxes;
  }

  /** Why the face cannot be measured whatever the model answers; empty where it can. */
  public Optional<FaceOutcome> exclusion(FaceSample face) {
    if (!face.hasPicture()) {
      return Optional.of(new FaceOutcome.Excluded(face.id(), "no picture"));
    }
    double length = normaliser.distance(scheme, face.landmarks());
    if (!(length > 0)) {
      return Optional.of(
          new FaceOutcome.Excluded(
              face.id(), lengthOf(normaliser) + ": " + length + " (expected: > 0)"));
    }
    try {
      Box unused = face.landmarks().boundingBox(); // two points apart can still lie on one line
      if (boxes.isPresent()) {
        unused = box(boxes.get(), face);
      }
      return Optional.empty();
    } catch (FaultException noBox) {
      return Optional.of(new FaceOutcome.Excluded(face.id(), noBox.getMessage()));
    }
  }

  /** A length of a face in words. */
  public static String lengthOf(Normaliser normaliser) {
    return switch (normaliser) {
      case INTER_OCULAR -> "distance of the outer eye corners";
      case INTER_PUPIL -> "distance of the pupils";
      case BOX_DIAGONAL -> "diagonal of the points' box";
    };
  }

  private static Box box(BoxSource source, FaceSample face) {
    return source.of(face.id(), face.landmarks(), face.box());
  }

  /** Adds to the request where the face is, if that is to be told. */
  public void addBox(DetectRequest.Builder request, FaceSample face) {
    boxes.ifPresent(source -> request.addBoxes(Contracts.toProto(box(source, face))));
  }

  /** What became of a face that was not {@link #exclusion excluded}. */
  public FaceOutcome outcome(FaceSample face, FaceAnswer entry) {
    if (entry instanceof FaceAnswer.Unusable unusable) {
      return new FaceOutcome.Excluded(face.id(), unusable.reason());
    }
    DetectResponse answer = ((FaceAnswer.Answered) entry).response();
    if (answer.hasError()) {
      return new FaceOutcome.Failed(
          face.id(), answer.getError().getReason() + ": " + answer.getError().getMessage(), null);
    }
    try {
      return score(face, answer);
    } catch (FaultException e) {
      return new FaceOutcome.Failed(face.id(), e.getMessage(), null);
    }
  }

  private FaceOutcome score(FaceSample face, DetectResponse answer) {
    Optional<Face> found = face(face, answer);
    if (found.isEmpty()) {
      return new FaceOutcome.Failed(
          face.id(), "not found among " + answer.getFacesCount() + " faces", null);
    }
    if (found.get().getLandmarksCount() != scheme.count()) {
      return new FaceOutcome.Failed(
          face.id(),
          "points: " + found.get().getLandmarksCount() + " (expected: " + scheme.count() + ")",
          null);
    }
    Landmarks predicted = Contracts.landmarks(found.get().getLandmarksList());
    Landmarks truth = face.landmarks();
    Map<Normaliser, Double> errors = new EnumMap<>(Normaliser.class);
    for (Normaliser by : Normaliser.values()) {
      if (by.fits(scheme)) {
        double length = by.distance(scheme, truth);
        errors.put(by, length > 0 ? Nme.of(predicted, truth, length) : Double.NaN);
      }
    }
    if (!predicted.isFinite()) {
      return new FaceOutcome.Failed(face.id(), "prediction is not finite", predicted);
    }
    return new FaceOutcome.Valid(
        face.id(), normaliser, errors, predicted, pointErrors(found.get(), truth));
  }

  private static Optional<PointErrors> pointErrors(Face found, Landmarks truth) {
    return found.hasBox()
        ? PointErrors.of(found.getLandmarksList(), truth, Contracts.box(found.getBox()))
        : Optional.empty();
  }

  /**
   * With a box, its one answer; without, the found face nearest to the truth: whose box overlaps
   * the true one most.
   */
  private Optional<Face> face(FaceSample face, DetectResponse answer) {
    if (boxes.isPresent()) {
      return answer.getFacesList().stream().findFirst();
    }
    Box truth = face.landmarks().boundingBox();
    return answer.getFacesList().stream()
        .filter(found -> overlap(found, truth) >= SAME_FACE)
        .max(Comparator.comparingDouble(found -> overlap(found, truth)));
  }

  private static double overlap(Face found, Box truth) {
    return found.hasBox() ? Contracts.box(found.getBox()).intersectionOverUnion(truth) : 0;
  }
}
