package dev.facealign.evaluation.report;

import dev.facealign.crop.CropRegion;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.Landmarks;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A face cut out of its picture, small, as a page carries it. */
final class FacePicture {

  /** Side, pixels: as wide as a column is on most screens. */
  static final int SIZE_PX = 220;

  private static final float QUALITY = 0.8f;
  private static final double MARGIN = 1.25;

  /** A prediction that is further off than this many faces does not make the picture smaller. */
  private static final double MOST_SIDES = 1.6;

  private FacePicture() {}

  /** The square around a face that is shown: its points, and as much of the other ones as fits. */
  static CropRegion region(Landmarks points, Optional<Landmarks> others) {
    Box box = points.boundingBox();
    double side = MARGIN * box.longerSide();
    double centreX = box.centreX();
    double centreY = box.centreY();
    if (others.isPresent() && others.get().isFinite()) {
      Box other = others.get().boundingBox();
      double left = Math.min(box.x(), other.x());
      double right = Math.max(box.right(), other.right());
      double top = Math.min(box.y(), other.y());
      double bottom = Math.max(box.bottom(), other.bottom());
      double both = MARGIN * Math.max(right - left, bottom - top);
      if (both <= MOST_SIDES * side) {
        centreX = (left + right) / 2;
        centreY = (top + bottom) / 2;
        side = both;
      }
    }
    return new CropRegion(centreX, centreY, side, side);
  }

  /** The region as a data URL with a JPEG; empty where the picture cannot be read any more. */
  static Optional<String> jpeg(FaceSample face, CropRegion region, ImageDecoder decoder) {
    try {
      return Optional.of(
          "data:image/jpeg;base64,"
              + Base64.getEncoder()
                  .encodeToString(encode(crop(face.readPicture(decoder), region))));
    } catch (FaultException unreadable) {
      return Optional.empty();
    }
  }

  private static BufferedImage crop(RgbImage picture, CropRegion region) {
    float[] chw = new float[3 * SIZE_PX * SIZE_PX];
    CropSampler.sample(picture, region.cropToImage(SIZE_PX), SIZE_PX, chw, 0);
    BufferedImage crop = new BufferedImage(SIZE_PX, SIZE_PX, BufferedImage.TYPE_INT_RGB);
    int plane = SIZE_PX * SIZE_PX;
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        rgb = rgb << 8 | Math.round(255 * Math.max(0, Math.min(1, chw[channel * plane + i])));
      }
      crop.setRGB(i % SIZE_PX, i / SIZE_PX, rgb);
    }
    return crop;
  }

  private static byte[] encode(BufferedImage crop) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(crop, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
