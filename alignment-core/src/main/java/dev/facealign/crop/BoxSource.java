package dev.facealign.crop;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.SplittableRandom;

/** Which box of an annotated face its crop is taken around; a {@link CropPolicy} does the rest. */
public sealed interface BoxSource {
  /** The tight box of the true points, as the published numbers have it. */
  BoxSource GROUND_TRUTH = new GroundTruth();

  /** The box that the annotation gives beside the points. */
  BoxSource GIVEN = new Given();

  /**
   * A face's box, image coordinates.
   *
   * @param faceId the face's identifier in its dataset
   * @param truth its true points
   * @param given the box of its annotation
   * @throws FaultException FAILED_PRECONDITION (BOX_MISSING) where a given box is wanted and there
   *     is none; INVALID_ARGUMENT for points without extent
   */
  Box of(String faceId, Landmarks truth, Optional<Box> given);

  /** See {@link #GROUND_TRUTH}. */
  record GroundTruth() implements BoxSource {
    @Override
    public Box of(String faceId, Landmarks truth, Optional<Box> given) {
      return truth.boundingBox();
    }
  }

  /** See {@link #GIVEN}. */
  record Given() implements BoxSource {
    @Override
    public Box of(String faceId, Landmarks truth, Optional<Box> given) {
      return given.orElseThrow(
          () ->
              FaultException.of(
                  FaultKind.FAILED_PRECONDITION,
                  "BOX_MISSING",
                  faceId + ": no box in its annotation (expected: one beside the points)"));
    }
  }

  /**
   * The tight box of the true points, moved and scaled at random as a detector's would be. The same
   * for the same face, shares and seed, whatever other faces there are.
   *
   * @param shiftShare the centre moves by at most this share of the width (x) and of the height
   *     (y), uniform; in [0, 0.5]
   * @param scaleShare both sides are multiplied by one factor in [1 / (1 + share), 1 + share], its
   *     logarithm uniform; in [0, 1]
   * @param seed of the randomness
   */
  record Jittered(double shiftShare, double scaleShare, long seed) implements BoxSource {
    public Jittered {
      if (!(shiftShare >= 0) || !(shiftShare <= 0.5)) {
        throw FaultException.invalid("box_jitter.shift_share", shiftShare, "in [0, 0.5]");
      }
      if (!(scaleShare >= 0) || !(scaleShare <= 1)) {
        throw FaultException.invalid("box_jitter.scale_share", scaleShare, "in [0, 1]");
      }
    }

    @Override
    public Box of(String faceId, Landmarks truth, Optional<Box> given) {
      Box box = truth.boundingBox();
      SplittableRandom random = random(faceId);
      double centreX = box.centreX() + strayed(random) * shiftShare * box.width();
      double centreY = box.centreY() + strayed(random) * shiftShare * box.height();
      double factor = StrictMath.exp(strayed(random) * StrictMath.log1p(scaleShare));
      double width = box.width() * factor;
      double height = box.height() * factor;
      return new Box(centreX - width / 2, centreY - height / 2, width, height);
    }

    /** Uniform in [-1, 1). */
    private static double strayed(SplittableRandom random) {
      return 2 * random.nextDouble() - 1;
    }

    private SplittableRandom random(String faceId) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
        byte[] hash = digest.digest(faceId.getBytes(StandardCharsets.UTF_8));
        return new SplittableRandom(ByteBuffer.wrap(hash).getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
