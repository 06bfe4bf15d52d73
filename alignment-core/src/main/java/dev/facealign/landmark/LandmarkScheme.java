package dev.facealign.landmark;

import dev.facealign.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which points a face has and what they mean. Points are counted from 0. Left and right are the
 * picture's: the left eye is the one with the smaller x in an upright frontal face.
 *
 * <p>A scheme is a resource {@code scheme-<id>.properties} beside this class.
 */
public final class LandmarkScheme {
  /** 300W's 68 points. */
  public static final LandmarkScheme IBUG_68 = load("68");

  /** COFW's 29 points. */
  public static final LandmarkScheme COFW_29 = load("29");

  private static final List<LandmarkScheme> ALL = List.of(IBUG_68, COFW_29);

  private final String id;
  private final int[] mirror;
  private final int leftOuterEyeCorner;
  private final int rightOuterEyeCorner;
  private final int[] leftPupil;
  private final int[] rightPupil;
  private final Map<String, int[]> regions;
  private final Set<String> rings;

  private LandmarkScheme(String id, Properties properties) {
    this.id = id;
    int count = Integer.parseInt(required(properties, "count"));
    mirror = IntStream.range(0, count).toArray();
    for (String pair : required(properties, "mirror").split(",", -1)) {
      String[] ends = pair.trim().split("-", -1);
      int a = Integer.parseInt(ends[0]);
      int b = Integer.parseInt(ends[1]);
      mirror[a] = b;
      mirror[b] = a;
    }
    int[] corners = indices(required(properties, "outer-eye-corners"));
    leftOuterEyeCorner = corners[0];
    rightOuterEyeCorner = corners[1];
    leftPupil = indices(required(properties, "left-pupil"));
    rightPupil = indices(required(properties, "right-pupil"));
    Map<String, int[]> byName = new LinkedHashMap<>();
    for (String name : required(properties, "regions").split(",", -1)) {
      byName.put(name.trim(), indices(required(properties, "region." + name.trim())));
    }
    regions = Collections.unmodifiableMap(byName);
    rings = Set.of(required(properties, "rings").split(",", -1));
  }

  /**
   * The scheme of this name.
   *
   * @param id "68" or "29"
   * @throws FaultException INVALID_ARGUMENT for any other
   */
  public static LandmarkScheme byId(String id) {
    return ALL.stream()
        .filter(scheme -> scheme.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                FaultException.invalid(
                    "scheme",
                    id,
                    "one of " + ALL.stream().map(LandmarkScheme::id).sorted().toList()));
  }

  /** "68" or "29". */
  public String id() {
    return id;
  }

  /** Number of points, M. */
  public int count() {
    return mirror.length;
  }

  /** For each point, the point it becomes in a mirror; an involution. A copy. */
  public int[] mirror() {
    return mirror.clone();
  }

  /** The point that point m becomes in a mirror. */
  public int mirrorOf(int m) {
    return mirror[m];
  }

  /** Outer corner of the left eye. */
  public int leftOuterEyeCorner() {
    return leftOuterEyeCorner;
  }

  /** Outer corner of the right eye. */
  public int rightOuterEyeCorner() {
    return rightOuterEyeCorner;
  }

  /** Points whose mean is the left pupil's centre. A copy. */
  public int[] leftPupil() {
    return leftPupil.clone();
  }

  /** Points whose mean is the right pupil's centre. A copy. */
  public int[] rightPupil() {
    return rightPupil.clone();
  }

  /**
   * Parts of the face, such as "jaw" and "left-eye": their points in drawing order. Not to be
   * written to.
   */
  public Map<String, int[]> regions() {
    return regions;
  }

  /** Whether a region's last point joins its first, as an eye's does and a jaw's does not. */
  public boolean isRing(String region) {
    return rings.contains(region);
  }

  /**
   * Refuses a number of points other than this scheme's.
   *
   * @throws FaultException INVALID_ARGUMENT
   */
  public void requireCount(int count) {
    if (count != count()) {
      throw FaultException.invalid(
          "landmarks.count", count, count() + " points of the scheme \"" + id + "\"");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LandmarkScheme that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }

  private static LandmarkScheme load(String id) {
    String name = "scheme-" + id + ".properties";
    try (InputStream in = LandmarkScheme.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      Properties properties = new Properties();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return new LandmarkScheme(id, properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String required(Properties properties, String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalStateException("scheme without " + key);
    }
    return value;
  }

  /** "0-3,7" is 0, 1, 2, 3, 7. */
  private static int[] indices(String text) {
    List<Integer> indices = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.trim().split("-", -1);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      IntStream.rangeClosed(first, last).forEach(indices::add);
    }
    return indices.stream().mapToInt(Integer::intValue).toArray();
  }
}
