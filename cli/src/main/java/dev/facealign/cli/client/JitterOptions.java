package dev.facealign.cli.client;

import dev.facealign.v1.BoxJitter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say how far jittered boxes stray. */
public final class JitterOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--jitter-shift",
      paramLabel = "SHARE",
      description =
          "Jittered boxes move by at most this share of their sides, 0 to 0.5 (default: 0.05).")
  private @Nullable Double shift;

  @Option(
      names = "--jitter-scale",
      paramLabel = "SHARE",
      description = "Jittered boxes grow by at most this share, 0 to 1 (default: 0.1).")
  private @Nullable Double scale;

  @Option(
      names = "--jitter-seed",
      paramLabel = "SEED",
      description = "Which random boxes (default: 1).")
  private @Nullable Long seed;

  /**
   * What the user asked for.
   *
   * @param jittered whether boxes are jittered at all
   * @return empty where they are not
   * @throws ParameterException for options without effect
   */
  public Optional<BoxJitter> jitter(boolean jittered) {
    BoxJitter.Builder jitter = BoxJitter.newBuilder();
    if (shift != null) {
      jitter.setShiftShare(shift);
    }
    if (scale != null) {
      jitter.setScaleShare(scale);
    }
    if (seed != null) {
      jitter.setSeed(seed);
    }
    BoxJitter asked = jitter.build();
    if (jittered) {
      return Optional.of(asked);
    }
    if (!asked.equals(BoxJitter.getDefaultInstance()) && command != null) {
      throw new ParameterException(
          command.commandLine(),
          "--jitter-...: boxes are not jittered (expected: --boxes jittered with it)");
    }
    return Optional.empty();
  }
}
