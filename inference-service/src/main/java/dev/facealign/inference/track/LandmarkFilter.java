package dev.facealign.inference.track;

import dev.facealign.landmark.Landmarks;

/**
 * Smooths a face's landmarks over time, each coordinate by a {@link OneEuroFilter} of its own. Not
 * thread-safe.
 *
 * <p>Coordinates are filtered as shares of the face's size: the diagonal of its landmarks' box in
 * the first picture. So a face and the same face twice as large, anywhere in the picture, are
 * smoothed alike. That one size holds for as long as the filter does; a size that followed the face
 * would move points that rest.
 */
final class LandmarkFilter {
  private final OneEuroFilter[] filters;
  private final double size;
  private double newestSeconds;

  /**
   * @param first the face as it is when smoothing begins
   * @param seconds when that is
   */
  LandmarkFilter(Smoothing settings, Landmarks first, double seconds) {
    size = first.boundingBox().diagonal();
    filters = new OneEuroFilter[2 * first.count()];
    double[] xy = first.toArray();
    for (int i = 0; i < filters.length; i++) {
      filters[i] = new OneEuroFilter(settings);
      filters[i].next(xy[i] / size, 0);
    }
    newestSeconds = seconds;
  }

  /**
   * The next picture's landmarks, smoothed.
   *
   * @param seconds later than those before
   */
  Landmarks next(Landmarks landmarks, double seconds) {
    double since = seconds - newestSeconds;
    newestSeconds = seconds;
    double[] xy = landmarks.toArray();
    for (int i = 0; i < xy.length; i++) {
      xy[i] = size * filters[i].next(xy[i] / size, since);
    }
    return Landmarks.of(xy);
  }
}
