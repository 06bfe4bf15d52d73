package dev.facealign.inference.stream;

import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.inference.finding.LandmarkQuery;
import dev.facealign.inference.picture.Picture;
import dev.facealign.inference.picture.PictureSettings;
import dev.facealign.inference.track.FaceTracker;
import dev.facealign.inference.track.Smoothing;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.PixelFormat;
import dev.facealign.v1.RawImage;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Makes queries of requests: what a request says is checked here, what its picture holds is not
 * looked at.
 */
@Singleton
final class RequestReader {
  /** Longest tag, characters (UTF-16 units). */
  static final int LONGEST_TAG = 256;

  /** Longest name of a model; a version has 64. */
  private static final int LONGEST_MODEL = 256;

  /** Beyond this, points in single precision are no longer exact to a tenth of a pixel. */
  private static final double FARTHEST_PX = 1_000_000;

  private final int maxFaces;

  RequestReader(PictureSettings settings) {
    maxFaces = settings.maxFaces();
  }

  /**
   * Reads a request that stands alone.
   *
   * @throws FaultException INVALID_ARGUMENT naming field and value, those of video too
   */
  LandmarkQuery read(DetectRequest request) {
    if (request.getOptions().getTrack()) {
      throw FaultException.invalid(
          "options.track", true, "absent or false: one picture is no stream");
    }
    return read(request, null);
  }

  /**
   * Reads a request of a stream.
   *
   * @param tracker the stream's faces; null: there is no stream
   * @throws FaultException INVALID_ARGUMENT naming field and value
   */
  LandmarkQuery read(DetectRequest request, @Nullable FaceTracker tracker) {
    requireLength("tag", request.getTag(), LONGEST_TAG);
    requireLength("model", request.getModel(), LONGEST_MODEL);
    requireTimestamp(request);
    DetectOptions options = request.getOptions();
    int faces = maxFaces;
    if (options.hasMaxFaces()) {
      faces = options.getMaxFaces();
      if (faces < 1 || faces > maxFaces) {
        throw FaultException.invalid("options.max_faces", faces, "1 to " + maxFaces);
      }
    }
    // Checked whether or not there is anything to smooth.
    Smoothing smoothing = smoothing(request);
    return new LandmarkQuery(
        picture(request),
        boxes(request),
        request.getModel(),
        faces,
        options.getHeadPose(),
        tracker != null && options.getTrack()
            ? new LandmarkQuery.Video(tracker, timestamp(request), smoothing)
            : null);
  }

  private static OptionalDouble timestamp(DetectRequest request) {
    return request.hasTimestampSeconds()
        ? OptionalDouble.of(request.getTimestampSeconds())
        : OptionalDouble.empty();
  }

  private static @Nullable Smoothing smoothing(DetectRequest request) {
    DetectOptions options = request.getOptions();
    dev.facealign.v1.Smoothing asked = options.getSmoothing();
    Smoothing smoothing =
        new Smoothing(
            asked.hasMinCutoffHz() ? asked.getMinCutoffHz() : Smoothing.DEFAULT.minCutoffHz(),
            asked.hasBeta() ? asked.getBeta() : Smoothing.DEFAULT.beta(),
            asked.hasDerivativeCutoffHz()
                ? asked.getDerivativeCutoffHz()
                : Smoothing.DEFAULT.derivativeCutoffHz());
    if (!options.getSmooth()) {
      return null;
    }
    if (!options.getTrack()) {
      throw FaultException.invalid("options.smooth", true, "with options.track");
    }
    if (!request.hasTimestampSeconds()) {
      throw FaultException.invalid("options.smooth", true, "with timestamp_seconds");
    }
    return smoothing;
  }

  private static Picture picture(DetectRequest request) {
    return switch (request.getPictureCase()) {
      case IMAGE -> new Picture.Encoded(request.getImage());
      case RAW_IMAGE -> raw(request.getRawImage());
      case PICTURE_NOT_SET ->
          throw FaultException.invalid(
              "IMAGE_EMPTY", "picture", null, "one of image and raw_image");
    };
  }

  private static Picture raw(RawImage raw) {
    Picture.PixelOrder order =
        switch (raw.getFormat()) {
          case PIXEL_FORMAT_UNSPECIFIED, PIXEL_FORMAT_RGB8 -> Picture.PixelOrder.RGB;
          case PIXEL_FORMAT_BGR8 -> Picture.PixelOrder.BGR;
          case PIXEL_FORMAT_GRAY8 -> Picture.PixelOrder.GREY;
          case UNRECOGNIZED ->
              throw Contracts.unknownEnum(
                  "raw_image.format", raw.getFormatValue(), PixelFormat.values());
        };
    return new Picture.Raw(raw.getWidth(), raw.getHeight(), order, raw.getPixels());
  }

  private List<Box> boxes(DetectRequest request) {
    if (request.getBoxesCount() > maxFaces) {
      throw FaultException.invalid(
          "BOX_INVALID", "boxes", request.getBoxesCount() + " boxes", "at most " + maxFaces);
    }
    List<Box> boxes = new ArrayList<>(request.getBoxesCount());
    for (int i = 0; i < request.getBoxesCount(); i++) {
      dev.facealign.v1.Box box = request.getBoxes(i);
      boolean valid =
          Math.abs(box.getX()) <= FARTHEST_PX
              && Math.abs(box.getY()) <= FARTHEST_PX
              && box.getWidth() > 0
              && box.getWidth() <= FARTHEST_PX
              && box.getHeight() > 0
              && box.getHeight() <= FARTHEST_PX;
      if (!valid) {
        throw FaultException.invalid(
            "BOX_INVALID",
            "boxes[" + i + "]",
            "x %s, y %s, %s x %s"
                .formatted(box.getX(), box.getY(), box.getWidth(), box.getHeight()),
            "pixels from -1000000 to 1000000, width and height > 0");
      }
      boxes.add(Contracts.box(box));
    }
    return boxes;
  }

  private static void requireTimestamp(DetectRequest request) {
    if (request.hasTimestampSeconds() && !Double.isFinite(request.getTimestampSeconds())) {
      throw FaultException.invalid(
          "timestamp_seconds", request.getTimestampSeconds(), "a finite number of seconds");
    }
  }

  private static void requireLength(String field, String value, int most) {
    if (value.length() > most) {
      throw FaultException.invalid(
          field, value.length() + " characters", "at most " + most + " characters");
    }
  }
}
