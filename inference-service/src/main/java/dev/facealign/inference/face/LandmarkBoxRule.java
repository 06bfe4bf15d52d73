package dev.facealign.inference.face;

import dev.facealign.geometry.Box;

/**
 * Maps a detector's square to the box of the face's landmarks: a shift and a size in units of the
 * square's side.
 *
 * @param shiftX from the square's centre to the landmark box's centre, to the right
 * @param shiftY the same, down
 * @param width of the landmark box
 * @param height of the landmark box
 */
public record LandmarkBoxRule(double shiftX, double shiftY, double width, double height) {

  /**
   * The landmark box.
   *
   * @param left the square's left edge, image coordinates
   * @param top the square's top edge, image coordinates
   * @param side the square's side, pixels, above 0
   */
  public Box landmarkBox(double left, double top, double side) {
    double centreX = left + (0.5 + shiftX) * side;
    double centreY = top + (0.5 + shiftY) * side;
    return new Box(
        centreX - width * side / 2, centreY - height * side / 2, width * side, height * side);
  }
}
