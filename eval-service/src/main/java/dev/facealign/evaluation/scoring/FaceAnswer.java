package dev.facealign.evaluation.scoring;

import dev.facealign.v1.DetectResponse;

/** What was answered for a face, or why it was not asked for. */
public sealed interface FaceAnswer {

  /** What was answered: faces, or why the picture was refused. */
  record Answered(DetectResponse response) implements FaceAnswer {}

  /** The picture cannot be sent. */
  record Unusable(String reason) implements FaceAnswer {}
}
