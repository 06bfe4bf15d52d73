package dev.facealign.cli.detect;

import dev.facealign.cli.output.Figures;
import dev.facealign.v1.Face;
import dev.facealign.v1.HeadPose;
import java.util.List;
import java.util.stream.Collectors;

/** What is known of faces beside their points, in a few words. */
final class FaceNotes {
  private FaceNotes() {}

  /** Each face's score and, where it was asked for, its pose in whole degrees. */
  static String of(List<Face> faces) {
    return faces.isEmpty()
        ? "-"
        : faces.stream().map(FaceNotes::of).collect(Collectors.joining(", "));
  }

  private static String of(Face face) {
    String score = face.hasScore() ? Figures.decimal(face.getScore(), 2) : "?";
    if (!face.hasHeadPose()) {
      return score;
    }
    HeadPose pose = face.getHeadPose();
    return "%s (yaw %d, pitch %d, roll %d)"
        .formatted(
            score,
            Math.round(pose.getYawDegrees()),
            Math.round(pose.getPitchDegrees()),
            Math.round(pose.getRollDegrees()));
  }
}
