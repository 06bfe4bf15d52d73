package dev.facealign.dataset.cofw;

import dev.facealign.dataset.FaceSample;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.Landmarks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A face of COFW: a row of its arrays. */
final class CofwFace implements FaceSample {
  private final String id;
  private final String annotation;
  private final Landmarks landmarks;
  private final Box box;
  private final BitSet occluded;
  private final CofwPicture picture;

  CofwFace(
      String id,
      String annotation,
      Landmarks landmarks,
      Box box,
      BitSet occluded,
      CofwPicture picture) {
    this.id = id;
    this.annotation = annotation;
    this.landmarks = landmarks;
    this.box = box;
    this.occluded = (BitSet) occluded.clone();
    this.picture = picture;
  }

  /** Split and row, counted from 1 as MATLAB does: "train/0012". */
  @Override
  public String id() {
    return id;
  }

  /** Every row has a picture of its own. */
  @Override
  public String pictureId() {
    return id;
  }

  @Override
  public String annotation() {
    return annotation;
  }

  @Override
  public Landmarks landmarks() {
    return landmarks;
  }

  @Override
  public Optional<Box> box() {
    return Optional.of(box);
  }

  @Override
  public Optional<BitSet> occluded() {
    return Optional.of((BitSet) occluded.clone());
  }

  @Override
  public boolean hasPicture() {
    return true;
  }

  @Override
  public byte[] readEncodedPicture() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(picture.read().toBufferedImage(), "png", out)) {
        throw new IllegalStateException("every JDK writes PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing into memory", e);
    }
    return png.toByteArray();
  }

  /** Without a detour by way of PNG. */
  @Override
  public RgbImage readPicture(ImageDecoder decoder) {
    return picture.read();
  }
}
