package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Faces to train on and faces to choose by, none of a picture on both sides.
 *
 * @param training in the order given; never empty
 * @param validation in the order given; never empty
 */
public record HoldOut(List<FaceSample> training, List<FaceSample> validation) {
  public HoldOut {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
  }

  /**
   * Splits faces by their pictures. The same pictures and seed give the same split whatever the
   * faces' order: pictures are drawn in the order of SHA-256(seed, picture) until the share is
   * reached.
   *
   * @param share of the faces to hold out, in (0, 1); at least one picture is
   * @throws FaultException FAILED_PRECONDITION (TOO_FEW_PICTURES) for fewer than two pictures
   */
  public static HoldOut split(List<FaceSample> faces, double share, long seed) {
    if (!(share > 0) || !(share < 1)) {
      throw FaultException.invalid("validation_share", share, "in (0, 1)");
    }
    Map<String, Integer> facesByPicture = new LinkedHashMap<>();
    for (FaceSample face : faces) {
      facesByPicture.merge(face.pictureId(), 1, Integer::sum);
    }
    if (facesByPicture.size() < 2) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "TOO_FEW_PICTURES",
          "pictures: "
              + facesByPicture.size()
              + " (expected: >= 2, one to train on, one held out)");
    }
    List<Draw> draws = new ArrayList<>();
    facesByPicture.keySet().forEach(picture -> draws.add(new Draw(seed, picture)));
    draws.sort(Comparator.comparing(Draw::key));
    long wanted = Math.max(1, Math.round(share * faces.size()));
    Set<String> heldOut = new HashSet<>();
    long held = 0;
    for (Draw draw : draws.subList(0, draws.size() - 1)) {
      if (held >= wanted) {
        break;
      }
      heldOut.add(draw.picture());
      held += facesByPicture.getOrDefault(draw.picture(), 0);
    }
    List<FaceSample> training = new ArrayList<>();
    List<FaceSample> validation = new ArrayList<>();
    for (FaceSample face : faces) {
      (heldOut.contains(face.pictureId()) ? validation : training).add(face);
    }
    return new HoldOut(training, validation);
  }

  private record Draw(ByteBuffer key, String picture) {
    Draw(long seed, String picture) {
      this(hash(seed, picture), picture);
    }

    private static ByteBuffer hash(long seed, String picture) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
        return ByteBuffer.wrap(digest.digest(picture.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
