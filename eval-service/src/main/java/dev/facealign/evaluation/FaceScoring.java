package dev.facealign.evaluation;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import java.util.Comparator;
import java.util.Optional;

/** Asks for one face of a dataset and scores the answer, in the picture's pixels. */
final class FaceScoring {

  /**
   * A found face that shares less than this with the true box (intersection over union) is another.
   */
  private static final double SAME_FACE = 0.1;

  private final LandmarkScheme scheme;
  private final BoxSource boxSource;

  FaceScoring(FaceDataset dataset, BoxSource boxSource) {
    this.scheme = dataset.scheme();
    this.boxSource = boxSource;
  }

  /** Why the face cannot be measured whatever the model answers; empty where it can. */
  Optional<FaceOutcome> exclusion(FaceSample face) {
    if (!face.hasPicture()) {
      return Optional.of(new FaceOutcome.Excluded(face.id(), "no picture"));
    }
    double eyes = Normaliser.INTER_OCULAR.distance(scheme, face.landmarks());
    if (!(eyes > 0)) {
      return Optional.of(
          new FaceOutcome.Excluded(
              face.id(), "distance of the outer eye corners: " + eyes + " (expected: > 0)"));
    }
    try {
      Box unused = face.landmarks().boundingBox(); // two points apart can still lie on one line
      return Optional.empty();
    } catch (FaultException flat) {
      return Optional.of(new FaceOutcome.Excluded(face.id(), flat.getMessage()));
    }
  }

  /** Adds to the request where the face is, if that is to be told. */
  void addBox(DetectRequest.Builder request, FaceSample face) {
    if (boxSource == BoxSource.BOX_SOURCE_GROUND_TRUTH) {
      request.addBoxes(Contracts.toProto(face.landmarks().boundingBox()));
    }
  }

  /** The score of an answer that is no error. */
  FaceOutcome score(FaceSample face, DetectResponse answer) {
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
    double interOcular = Nme.of(predicted, truth, Normaliser.INTER_OCULAR.distance(scheme, truth));
    if (!Double.isFinite(interOcular)) {
      return new FaceOutcome.Failed(face.id(), "prediction is not finite", predicted);
    }
    double pupils = Normaliser.INTER_PUPIL.distance(scheme, truth);
    return new FaceOutcome.Valid(
        face.id(),
        interOcular,
        pupils > 0 ? Nme.of(predicted, truth, pupils) : Double.NaN,
        Nme.of(predicted, truth, Normaliser.BOX_DIAGONAL.distance(scheme, truth)),
        predicted);
  }

  /**
   * With a box, its one answer; without, the found face nearest to the truth: whose box overlaps
   * the true one most.
   */
  private Optional<Face> face(FaceSample face, DetectResponse answer) {
    if (boxSource == BoxSource.BOX_SOURCE_GROUND_TRUTH) {
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
