package dev.facealign.cli.client;

import dev.facealign.v1.BoxSource;

/** What annotated faces are cropped around, by the names users give. */
public enum CropBoxes {
  truth(BoxSource.BOX_SOURCE_GROUND_TRUTH),
  given(BoxSource.BOX_SOURCE_GIVEN),
  jittered(BoxSource.BOX_SOURCE_JITTERED);

  private final BoxSource source;

  CropBoxes(BoxSource source) {
    this.source = source;
  }

  /** The contract's word. */
  public BoxSource source() {
    return source;
  }
}
