package dev.facealign.dataset.pts;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.PictureFile;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A face of 300W's layout: a picture beside its .pts file. */
record PtsFace(
    String id, String pictureId, String annotation, Landmarks landmarks, @Nullable Path picture)
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
    return PictureFile.read(picture, id);
  }
}
