package dev.facealign.inference.track;

import java.util.OptionalDouble;

/**
 * A picture of a stream, as far as following faces depends on it.
 *
 * @param modelVersion which model finds its landmarks
 * @param scheme which points they are
 * @param width of the upright picture, pixels
 * @param height the same
 * @param seconds when it was taken, on the stream's own clock; empty: not told
 */
public record Scene(
    String modelVersion, String scheme, int width, int height, OptionalDouble seconds) {

  /** Whether faces of the other picture can be followed into this one. */
  boolean continues(Scene before) {
    return modelVersion.equals(before.modelVersion)
        && scheme.equals(before.scheme)
        && width == before.width
        && height == before.height
        && seconds.isPresent() == before.seconds.isPresent();
  }
}
