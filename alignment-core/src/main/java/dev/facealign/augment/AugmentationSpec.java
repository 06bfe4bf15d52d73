package dev.facealign.augment;

/**
 * Random changes of a training crop, each switched off by 0.
 *
 * @param flipProbability probability of a mirrored face, in [0, 1]
 * @param rotationDegrees rotation, uniform in plus and minus this, in [0, 180]
 * @param scale scale, uniform between 1 - this and 1 + this, in [0, 0.5]
 * @param shift shift along each axis, uniform in plus and minus this share of the crop's side, in
 *     [0, 0.5]
 * @param brightness brightness, uniform in plus and minus this share of full scale, in [0, 1]
 * @param contrast contrast, factor uniform between 1 - this and 1 + this, in [0, 1]
 * @param colour factor of each channel, uniform between 1 - this and 1 + this, in [0, 1]
 * @param occlusionProbability probability of a covered rectangle, in [0, 1]
 * @param boxJitter how far each edge of the box of the true points moves before the crop is laid
 *     around it, uniform in plus and minus this share of the box's side, in [0, 0.25]
 * @param gamma exponent between 1 / (1 + this) and 1 + this, its logarithm uniform, in [0, 3]
 * @param noise standard deviation uniform between 0 and this share of full scale, in [0, 0.5]
 * @param blur standard deviation uniform between 0 and this share of the crop's side, in [0, 0.05]
 */
public record AugmentationSpec(
    double flipProbability,
    double rotationDegrees,
    double scale,
    double shift,
    double brightness,
    double contrast,
    double colour,
    double occlusionProbability,
    double boxJitter,
    double gamma,
    double noise,
    double blur) {

  /** Nothing is changed. */
  public static final AugmentationSpec NONE =
      new AugmentationSpec(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** What a job has that says nothing else. */
  public static final AugmentationSpec DEFAULT =
      new AugmentationSpec(0.5, 20, 0.1, 0.05, 0.2, 0.3, 0.1, 0.3, 0, 0, 0, 0);

  /** One kind of change. */
  public enum Change {
    /** See {@link AugmentationSpec#flipProbability}. */
    FLIP,
    /** See {@link AugmentationSpec#rotationDegrees}. */
    ROTATION,
    /** See {@link AugmentationSpec#scale}. */
    SCALE,
    /** See {@link AugmentationSpec#shift}. */
    SHIFT,
    /** See {@link AugmentationSpec#boxJitter}. */
    BOX_JITTER,
    /** See {@link AugmentationSpec#brightness}. */
    BRIGHTNESS,
    /** See {@link AugmentationSpec#contrast}. */
    CONTRAST,
    /** See {@link AugmentationSpec#colour}. */
    COLOUR,
    /** See {@link AugmentationSpec#gamma}. */
    GAMMA,
    /** See {@link AugmentationSpec#blur}. */
    BLUR,
    /** See {@link AugmentationSpec#noise}. */
    NOISE,
    /** See {@link AugmentationSpec#occlusionProbability}. */
    OCCLUSION
  }

  /** How strong a change is. */
  public double strength(Change change) {
    return switch (change) {
      case FLIP -> flipProbability;
      case ROTATION -> rotationDegrees;
      case SCALE -> scale;
      case SHIFT -> shift;
      case BOX_JITTER -> boxJitter;
      case BRIGHTNESS -> brightness;
      case CONTRAST -> contrast;
      case COLOUR -> colour;
      case GAMMA -> gamma;
      case BLUR -> blur;
      case NOISE -> noise;
      case OCCLUSION -> occlusionProbability;
    };
  }

  /** The same with one change of another strength. */
  public AugmentationSpec with(Change change, double strength) {
    return new AugmentationSpec(
        change == Change.FLIP ? strength : flipProbability,
        change == Change.ROTATION ? strength : rotationDegrees,
        change == Change.SCALE ? strength : scale,
        change == Change.SHIFT ? strength : shift,
        change == Change.BRIGHTNESS ? strength : brightness,
        change == Change.CONTRAST ? strength : contrast,
        change == Change.COLOUR ? strength : colour,
        change == Change.OCCLUSION ? strength : occlusionProbability,
        change == Change.BOX_JITTER ? strength : boxJitter,
        change == Change.GAMMA ? strength : gamma,
        change == Change.NOISE ? strength : noise,
        change == Change.BLUR ? strength : blur);
  }
}
