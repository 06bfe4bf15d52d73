package dev.facealign.render;

import dev.facealign.landmark.Landmarks;
import java.awt.image.BufferedImage;

/**
 * A drawn face and where its points are.
 *
 * @param image TYPE_INT_RGB
 * @param landmarks 68 points in the image's coordinates, exactly where they were drawn
 */
public record RenderedFace(BufferedImage image, Landmarks landmarks) {}
