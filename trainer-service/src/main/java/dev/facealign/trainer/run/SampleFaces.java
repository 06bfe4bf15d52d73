package dev.facealign.trainer.run;

import dev.facealign.augment.CropCache;
import dev.facealign.image.CropJpeg;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A few of the faces held out, for people to see what a network makes of them. They are those whose
 * names have the lowest hashes: which ones depends on nothing but the faces held out, is the same
 * in every epoch and attempt, and draws nothing at random.
 */
public final class SampleFaces {

  private final CropCache held;
  private final List<Integer> chosen;
  private final int[] places;

  private SampleFaces(CropCache held, List<Integer> chosen) {
    this.held = held;
    this.chosen = chosen;
    this.places = new int[held.size()];
    Arrays.fill(places, -1);
    for (int place = 0; place < chosen.size(); place++) {
      places[chosen.get(place)] = place;
    }
  }

  /** So many of the faces held out, or all where there are fewer. */
  public static SampleFaces of(CropCache held, int count) {
    return new SampleFaces(
        held,
        IntStream.range(0, count == 0 ? 0 : held.size())
            .boxed()
            .sorted(Comparator.comparing(face -> hash(held.face(face).id())))
            .limit(count)
            .toList());
  }

  private static String hash(String faceId) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(faceId.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Faces there are. */
  public int size() {
    return chosen.size();
  }

  /** Names a face. */
  public String id(int place) {
    return held.face(chosen.get(place)).id();
  }

  /** A face's true points, label units. */
  public double[] labels(int place) {
    return held.face(chosen.get(place)).labels().clone();
  }

  /** A face's crop as the network sees it. */
  public byte[] jpeg(int place) {
    float[] planes = new float[3 * held.sizePx() * held.sizePx()];
    held.centre(chosen.get(place), planes);
    return CropJpeg.encode(planes, held.sizePx());
  }

  /** Which of these a face held out is; -1 where it is none. */
  int place(int heldOut) {
    return places[heldOut];
  }
}
