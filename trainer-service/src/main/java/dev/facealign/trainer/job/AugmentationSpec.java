package dev.facealign.trainer.job;

/**
 * Random changes of a training crop.
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
 */
public record AugmentationSpec(
    double flipProbability,
    double rotationDegrees,
    double scale,
    double shift,
    double brightness,
    double contrast,
    double colour,
    double occlusionProbability) {}
