package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A face of the 300W layout: a picture beside its .pts file. */
record AnnotatedFile(String id, String pictureId, Landmarks landmarks, @Nullable Path picture)
    implements FaceSample {
  @Override
  public boolean hasPicture() {
    return picture != null;
  }

  @Override
  public byte[] readEncodedPicture() {
    if (picture == null) {
      throw FaultException.notFound("picture", id, "a .jpg or .png beside the .pts file");
    }
    try {
      return Files.readAllBytes(picture);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "PICTURE_UNREADABLE", "picture: " + id + " cannot be read", e);
    }
  }
}
