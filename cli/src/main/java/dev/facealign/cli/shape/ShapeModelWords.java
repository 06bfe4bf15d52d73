package dev.facealign.cli.shape;

import dev.facealign.cli.output.Figures;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.ShapeAlignment;
import java.util.Locale;

/** How shapes were normalised, in the words of the options that ask for it. */
public final class ShapeModelWords {
  private ShapeModelWords() {}

  /** "square-v1". */
  public static String crop(CropPolicy policy) {
    return Figures.word(policy, "CROP_POLICY_");
  }

  /** "none", "procrustes". */
  public static String alignment(ShapeAlignment alignment) {
    return alignment == ShapeAlignment.SHAPE_ALIGNMENT_UNSPECIFIED
        ? "none"
        : Figures.word(alignment, "SHAPE_ALIGNMENT_");
  }

  /** "truth", "given", "jittered 0.05/0.1". */
  public static String boxes(BoxSource source, BoxJitter jitter) {
    return switch (source) {
      case BOX_SOURCE_UNSPECIFIED, BOX_SOURCE_GROUND_TRUTH -> "truth";
      case BOX_SOURCE_JITTERED ->
          "jittered " + share(jitter.getShiftShare()) + "/" + share(jitter.getScaleShare());
      default -> Figures.word(source, "BOX_SOURCE_");
    };
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.4g", share)
        .replaceFirst("0+$", "")
        .replaceFirst("\\.$", "");
  }
}
