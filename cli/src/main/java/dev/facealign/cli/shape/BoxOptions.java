package dev.facealign.cli.shape;

import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.FitShapeModelRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say what faces are cropped around. */
final class BoxOptions {
  /** By the names users give. */
  enum Boxes {
    truth(BoxSource.BOX_SOURCE_GROUND_TRUTH),
    given(BoxSource.BOX_SOURCE_GIVEN),
    jittered(BoxSource.BOX_SOURCE_JITTERED);

    private final BoxSource source;

    Boxes(BoxSource source) {
      this.source = source;
    }
  }

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--boxes",
      description =
          "What faces are cropped around: the box of the true points, the one that the annotation"
              + " gives, or the true one strayed as a detector's would be: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).")
  private Boxes boxes = Boxes.truth;

  @Option(
      names = "--jitter-shift",
      paramLabel = "SHARE",
      description =
          "Jittered boxes move by at most this share of their sides, 0 to 0.5 (default: 0.05).")
  private @Nullable Double jitterShift;

  @Option(
      names = "--jitter-scale",
      paramLabel = "SHARE",
      description = "Jittered boxes grow by at most this share, 0 to 1 (default: 0.1).")
  private @Nullable Double jitterScale;

  @Option(
      names = "--jitter-seed",
      paramLabel = "SEED",
      description = "Which random boxes (default: 1).")
  private @Nullable Long jitterSeed;

  /** Puts them into a request. */
  void apply(FitShapeModelRequest.Builder request) {
    request.setBoxSource(boxes.source);
    BoxJitter.Builder jitter = BoxJitter.newBuilder();
    if (jitterShift != null) {
      jitter.setShiftShare(jitterShift);
    }
    if (jitterScale != null) {
      jitter.setScaleShare(jitterScale);
    }
    if (jitterSeed != null) {
      jitter.setSeed(jitterSeed);
    }
    BoxJitter asked = jitter.build();
    if (boxes == Boxes.jittered) {
      request.setBoxJitter(asked);
    } else if (!asked.equals(BoxJitter.getDefaultInstance()) && command != null) {
      throw new ParameterException(
          command.commandLine(),
          "--jitter-...: boxes are not jittered (expected: --boxes jittered with it)");
    }
  }
}
