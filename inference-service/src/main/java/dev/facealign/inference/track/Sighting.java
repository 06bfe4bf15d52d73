package dev.facealign.inference.track;

import dev.facealign.landmark.Landmarks;
import java.util.OptionalLong;

/**
 * A face in a picture.
 *
 * @param landmarks its points, finite, and not all on one line
 * @param followed the identity that it was followed by; empty: it was found anew, or its box given
 */
public record Sighting(Landmarks landmarks, OptionalLong followed) {}
