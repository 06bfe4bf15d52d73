package dev.facealign.augment;

import dev.facealign.crop.CropRegion;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.Landmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Faces and the parts of their pictures that training can come to see: the crop and half as much
 * again around it, so that a turned, shrunk or shifted crop still finds picture at its corners.
 * Eight bits a channel, one pixel of the network's input a pixel. Every picture is decoded once,
 * here; faces beyond the memory allowed are decoded again whenever they are needed. Safe for use by
 * several threads.
 *
 * <p>A picture that cannot be read is a fault that names the face: nothing is skipped.
 */
public final class CropCache {

  /** Reason of the fault for a face whose picture cannot be used. */
  public static final String FACE_UNREADABLE = "FACE_UNREADABLE";

  private final List<FaceSample> samples;
  private final List<FaceCrop> faces;
  private final int sizePx;

  private CropCache(List<FaceSample> samples, List<FaceCrop> faces, int sizePx) {
    this.samples = samples;
    this.faces = faces;
    this.sizePx = sizePx;
  }

  /**
   * Reads all faces.
   *
   * @param samples the faces
   * @param cropping which part of its picture a face's crop is
   * @param sizePx side of the network's input
   * @param mostBytes memory that pixels may take
   * @param stop asked between faces
   * @return empty where {@code stop} said so
   * @throws FaultException INVALID_ARGUMENT, reason {@value #FACE_UNREADABLE}: a picture is missing
   *     or cannot be decoded; FAILED_PRECONDITION (BOX_MISSING): a face has no box and was to be
   *     cropped by it
   */
  public static Optional<CropCache> load(
      List<FaceSample> samples,
      FaceCropping cropping,
      int sizePx,
      long mostBytes,
      BooleanSupplier stop) {
    int side = contextSide(sizePx);
    long fitting = mostBytes / (3L * side * side);
    List<FaceCrop> faces = new ArrayList<>(samples.size());
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<FaceCrop>> reading = new ArrayList<>(samples.size());
      for (int i = 0; i < samples.size(); i++) {
        int index = i;
        reading.add(
            threads.submit(
                () -> {
                  FaceSample sample = samples.get(index);
                  Landmarks points = sample.landmarks();
                  Box box = cropping.boxes().of(sample.id(), points, sample.box());
                  CropRegion region = cropping.policy().region(box);
                  byte[] context = readContext(sample, region, sizePx);
                  return new FaceCrop(
                      sample.id(),
                      box,
                      region,
                      points,
                      mean(context, sizePx),
                      index < fitting ? context : null);
                }));
      }
      for (Future<FaceCrop> face : reading) {
        if (stop.getAsBoolean()) {
          return Optional.empty();
        }
        faces.add(await(face));
      }
    } finally {
      threads.shutdownNow();
    }
    return Optional.of(new CropCache(List.copyOf(samples), List.copyOf(faces), sizePx));
  }

  private static FaceCrop await(Future<FaceCrop> face) {
    try {
      return face.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading pictures", e);
    }
  }

  /**
   * Side of the kept part of a picture: at least 1.5 times the crop's, and centred on it to the
   * pixel.
   */
  public static int contextSide(int sizePx) {
    return sizePx + 2 * ((sizePx + 3) / 4);
  }

  private static byte[] readContext(FaceSample sample, CropRegion region, int sizePx) {
    RgbImage picture = decode(sample);
    int side = contextSide(sizePx);
    double wider = (double) side / sizePx;
    CropRegion context =
        new CropRegion(
            region.centreX(), region.centreY(), region.width() * wider, region.height() * wider);
    float[] planes = new float[3 * side * side];
    CropSampler.sample(picture, context.cropToImage(side), side, planes, 0);
    byte[] rgb = new byte[planes.length];
    int area = side * side;
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(planes[c * area + i] * 255);
      }
    }
    return rgb;
  }

  private static RgbImage decode(FaceSample sample) {
    if (!sample.hasPicture()) {
      throw FaultException.of(
          FaultKind.INVALID_ARGUMENT,
          FACE_UNREADABLE,
          sample.id() + ": no picture (expected: one, " + sample.annotation() + " has points)");
    }
    try {
      return sample.readPicture(new ImageDecoder(ImageLimits.DEFAULT));
    } catch (FaultException e) {
      throw FaultException.of(
          FaultKind.INVALID_ARGUMENT, FACE_UNREADABLE, sample.id() + ": " + e.getMessage(), e);
    }
  }

  /** Over the crop itself, without its surroundings. */
  private static float[] mean(byte[] context, int sizePx) {
    int side = contextSide(sizePx);
    int margin = (side - sizePx) / 2;
    long[] sum = new long[3];
    for (int y = margin; y < margin + sizePx; y++) {
      for (int x = margin; x < margin + sizePx; x++) {
        for (int c = 0; c < 3; c++) {
          sum[c] += context[3 * (y * side + x) + c] & 0xff;
        }
      }
    }
    float all = 255f * sizePx * sizePx;
    return new float[] {sum[0] / all, sum[1] / all, sum[2] / all};
  }

  /** Faces there are. */
  public int size() {
    return faces.size();
  }

  /** A face. */
  public FaceCrop face(int index) {
    return faces.get(index);
  }

  /** Side of the network's input. */
  public int sizePx() {
    return sizePx;
  }

  /**
   * The kept part of a face's picture: red, green, blue of one pixel after the other. Not to be
   * written to.
   */
  public byte[] context(int index) {
    byte[] kept = faces.get(index).context();
    return kept != null ? kept : readContext(samples.get(index), faces.get(index).region(), sizePx);
  }

  /**
   * A face's crop as it is, as inference would cut it.
   *
   * @param pixels gets 3 x S x S numbers: all red, all green, all blue, in [0, 1]
   */
  public void centre(int index, float[] pixels) {
    byte[] context = context(index);
    int side = contextSide(sizePx);
    int margin = (side - sizePx) / 2;
    int area = sizePx * sizePx;
    for (int y = 0; y < sizePx; y++) {
      for (int x = 0; x < sizePx; x++) {
        int at = 3 * ((y + margin) * side + x + margin);
        for (int c = 0; c < 3; c++) {
          pixels[c * area + y * sizePx + x] = (context[at + c] & 0xff) / 255f;
        }
      }
    }
  }
}
