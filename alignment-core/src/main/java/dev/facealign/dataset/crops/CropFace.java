package dev.facealign.dataset.crops;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.PictureFile;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A crop beside its .npy file: "train/000001". */
record CropFace(String id, String annotation, Landmarks landmarks, @Nullable Path picture)
    implements FaceSample {
  /** Every crop is a picture of its own. */
  @Override
  public String pictureId() {
    return id;
  }

  @Override
  public boolean hasPicture() {
    return picture != null;
  }

  @Override
  public byte[] readEncodedPicture() {
    if (picture == null) {
      throw FaultException.notFound("picture", id, "a .jpg or .png of this name in images");
    }
    return PictureFile.read(picture, id);
  }
}
