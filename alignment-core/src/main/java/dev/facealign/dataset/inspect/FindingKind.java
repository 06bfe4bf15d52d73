package dev.facealign.dataset.inspect;

/** What can be found. Faults spoil training or measuring; the others are worth knowing. */
public enum FindingKind {
  /** A file cannot be read any further. */
  FILE_UNREADABLE(true, "files that cannot be read"),
  /** An annotation is not of its format, or not of the scheme. */
  ANNOTATION_INVALID(true, "wrong annotations"),
  /** All points on one line or in one place, or the eyes are: nothing to normalise by. */
  POINTS_WITHOUT_EXTENT(true, "faces whose points have no extent"),
  /** The points' box is but a few pixels wide and high, as shares of a picture are. */
  FACE_TINY(true, "faces of a few pixels"),
  /** Another face has exactly the same points. */
  POINTS_TWICE(true, "faces with the points of another face"),
  /** Some pictures are there, this one is not; or the annotation names it. */
  PICTURE_MISSING(true, "faces without picture"),
  /** A picture is damaged, of another encoding, or over the limits. */
  PICTURE_UNREADABLE(true, "pictures that cannot be decoded"),
  /** More than half of the points lie outside of the picture. */
  FACE_OUTSIDE(true, "faces outside of their picture"),
  /** The annotated box shares nothing with the points. */
  BOX_ELSEWHERE(true, "boxes away from their points"),
  /** Files were found, and no annotation in them. */
  NO_FACES(true, "splits without faces"),
  /** The same pixels are in two splits: what is learnt is measured. */
  PICTURE_IN_TWO_SPLITS(true, "pictures that are in two splits"),
  /** The same pixels are there under two names. */
  PICTURE_TWICE(false, "pictures that are there twice"),
  /** Up to half of the points lie outside of the picture, as faces do that it cuts off. */
  POINTS_OUTSIDE(false, "faces with points outside of their picture");

  private final boolean fault;
  private final String heading;

  FindingKind(boolean fault, String heading) {
    this.fault = fault;
    this.heading = heading;
  }

  /** Whether it spoils training or measuring. */
  public boolean isFault() {
    return fault;
  }

  /** What it is in the plural, such as "wrong annotations". */
  public String heading() {
    return heading;
  }
}
