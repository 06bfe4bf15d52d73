package dev.facealign.dataset;

/** Which coordinates an annotation may have. Points outside of the picture are all right. */
public final class Coordinates {
  /** Far outside of any picture, and far from where sums of squares lose their digits. */
  public static final double LARGEST_PX = 1e6;

  /** What {@link #isPlausible} expects, for messages. */
  public static final String EXPECTED = "a finite number from -1000000 to 1000000";

  private Coordinates() {}

  /** Whether it is finite and within {@value #LARGEST_PX} pixels of the origin. */
  public static boolean isPlausible(double px) {
    return Math.abs(px) <= LARGEST_PX;
  }
}
