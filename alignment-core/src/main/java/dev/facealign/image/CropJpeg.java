package dev.facealign.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Square crops as small JPEGs, for people to look at. */
public final class CropJpeg {

  private static final float QUALITY = 0.8f;

  private CropJpeg() {}

  /**
   * A crop as JPEG.
   *
   * @param planes 3 x S x S numbers: all red, all green, all blue, in [0, 1]; what lies outside is
   *     taken for the nearest of these
   * @param sizePx S, above 0
   */
  public static byte[] encode(float[] planes, int sizePx) {
    BufferedImage crop = new BufferedImage(sizePx, sizePx, BufferedImage.TYPE_INT_RGB);
    int area = sizePx * sizePx;
    for (int i = 0; i < area; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        rgb = rgb << 8 | Math.round(255 * Math.max(0, Math.min(1, planes[channel * area + i])));
      }
      crop.setRGB(i % sizePx, i / sizePx, rgb);
    }
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

  /** A JPEG as a data URL. */
  public static String url(byte[] jpeg) {
    return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg);
  }
}
