package dev.facealign.landmark;

import dev.facealign.fault.FaultException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which points a face has and what they mean. Points are counted from 0. Left and right are the
 * picture's: the left eye is the one with the smaller x in an upright frontal face. Immutable; two
 * schemes are equal when all they say is.
 *
 * <p>A scheme is data: a file {@code scheme-<id>.properties} (see {@link #read(Path)}). Two come
 * with the library, as resources beside this class.
 */
public final class LandmarkScheme {
  /** More points than any scheme of the field has. */
  public static final int MOST_POINTS = 1000;

  // Above the schemes, whose making reads them.
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private static final int[] NONE = {};

  /** 300W's 68 points. */
  public static final LandmarkScheme IBUG_68 = SchemeFile.shipped("68");

  /** COFW's 29 points. */
  public static final LandmarkScheme COFW_29 = SchemeFile.shipped("29");

  private static final List<LandmarkScheme> SHIPPED = List.of(COFW_29, IBUG_68);

  private final String id;
  private final int[] mirror;
  private final @Nullable PointPair outerEyeCorners;
  private final @Nullable Pupils pupils;
  private final Map<String, FaceRegion> regions;

  /** Two points, one on each side of the face. */
  public record PointPair(int left, int right) {}

  /**
   * What the pupils' centres are the means of.
   *
   * @param left points; not to be written to
   * @param right points; not to be written to
   */
  @SuppressWarnings("ArrayRecordComponent") // compared through the scheme, element by element
  public record Pupils(int[] left, int[] right) {}

  /**
   * A part of the face, such as "jaw".
   *
   * @param points in drawing order; not to be written to
   * @param closed whether the last point joins the first, as an eye's does and a jaw's does not
   */
  @SuppressWarnings("ArrayRecordComponent") // compared through the scheme, element by element
  public record FaceRegion(String name, int[] points, boolean closed) {}

  /**
   * A scheme from its parts.
   *
   * @param id letters, digits, '.', '_' and '-', not starting with '.', at most 64
   * @param mirror for each point, the point it becomes in a mirror; an involution of 1 to {@value
   *     #MOST_POINTS} points
   * @param outerEyeCorners null where the scheme has none
   * @param pupils null where the scheme has none
   * @param regions in drawing order, names unique; may be none, and may leave points out
   * @throws FaultException INVALID_ARGUMENT naming the part
   */
  public LandmarkScheme(
      String id,
      int[] mirror,
      @Nullable PointPair outerEyeCorners,
      @Nullable Pupils pupils,
      List<FaceRegion> regions) {
    if (!ID.matcher(id).matches()) {
      throw FaultException.invalid(
          "scheme.id", id, "letters, digits, '.', '_' and '-', not starting with '.', at most 64");
    }
    this.id = id;
    this.mirror = mirror.clone();
    requireInvolution();
    this.outerEyeCorners = outerEyeCorners;
    if (outerEyeCorners != null) {
      requirePoints(
          "outer-eye-corners", new int[] {outerEyeCorners.left(), outerEyeCorners.right()});
    }
    this.pupils =
        pupils == null
            ? null
            : new Pupils(
                requirePoints("left-pupil", pupils.left()),
                requirePoints("right-pupil", pupils.right()));
    Map<String, FaceRegion> byName = new LinkedHashMap<>();
    for (FaceRegion region : regions) {
      FaceRegion checked =
          new FaceRegion(
              region.name(),
              requirePoints("region." + region.name(), region.points()),
              region.closed());
      if (region.name().isBlank() || byName.put(region.name(), checked) != null) {
        throw FaultException.invalid("scheme.regions", region.name(), "names, each once");
      }
    }
    this.regions = byName;
  }

  /**
   * One of the schemes that come with the library.
   *
   * @param id "68" or "29"
   * @throws FaultException INVALID_ARGUMENT for any other
   */
  public static LandmarkScheme byId(String id) {
    return shipped(id)
        .orElseThrow(
            () ->
                FaultException.invalid(
                    "scheme", id, "one of " + SHIPPED.stream().map(LandmarkScheme::id).toList()));
  }

  /** The scheme of this name, if it comes with the library. */
  public static Optional<LandmarkScheme> shipped(String id) {
    return SHIPPED.stream().filter(scheme -> scheme.id.equals(id)).findFirst();
  }

  /**
   * A scheme of which no more is known than its name and the number of its points.
   *
   * @param count 1 to {@value #MOST_POINTS}
   * @throws FaultException INVALID_ARGUMENT
   */
  public static LandmarkScheme unnamed(String id, int count) {
    return new LandmarkScheme(id, IntStream.range(0, count).toArray(), null, null, List.of());
  }

  /**
   * A scheme of a user's own, from a file {@code scheme-<id>.properties} in UTF-8:
   *
   * <pre>{@code
   * count=5
   * mirror=0-1,3-4
   * outer-eye-corners=0,1
   * left-pupil=0
   * right-pupil=1
   * regions=eyes,nose,mouth
   * region.eyes=0,1
   * region.nose=2
   * region.mouth=3-4
   * rings=
   * }</pre>
   *
   * <p>Points are counted from 0; "0-3,7" is 0, 1, 2, 3, 7, but in {@code mirror}, where "0-16"
   * says that the two change places. {@code count} and {@code mirror} are required.
   *
   * @throws FaultException INVALID_ARGUMENT (SCHEME_INVALID) naming file, key, value and
   *     expectation; NOT_FOUND without the file
   */
  public static LandmarkScheme read(Path file) {
    return SchemeFile.read(file);
  }

  /** "68", "29", or a name of its own. */
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

  /** The outer corners of the eyes, between which the inter-ocular distance lies. */
  public Optional<PointPair> outerEyeCorners() {
    return Optional.ofNullable(outerEyeCorners);
  }

  /** The points that the pupils' centres are the means of. */
  public Optional<Pupils> pupils() {
    return Optional.ofNullable(pupils);
  }

  /**
   * Parts of the face by name, such as "jaw" and "left-eye", in drawing order. Not to be written
   * to.
   */
  public Map<String, FaceRegion> regions() {
    return Collections.unmodifiableMap(regions);
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

  private void requireInvolution() {
    if (mirror.length == 0 || mirror.length > MOST_POINTS) {
      throw FaultException.invalid("scheme.count", mirror.length, "1 to " + MOST_POINTS);
    }
    for (int m = 0; m < mirror.length; m++) {
      int other = mirror[m];
      if (other < 0 || other >= mirror.length || mirror[other] != m) {
        throw FaultException.invalid(
            "scheme.mirror", m + "-" + other, "pairs of points below " + mirror.length);
      }
    }
  }

  private int[] requirePoints(String part, int[] points) {
    Set<Integer> seen = new HashSet<>();
    for (int point : points) {
      if (point < 0 || point >= mirror.length || !seen.add(point)) {
        throw FaultException.invalid(
            "scheme." + part, point, "points from 0 to " + (mirror.length - 1) + ", each once");
      }
    }
    if (points.length == 0) {
      throw FaultException.invalid("scheme." + part, "", "at least one point");
    }
    return points.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LandmarkScheme that && content().equals(that.content());
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }

  /** All that the scheme says. */
  private List<Object> content() {
    return List.of(
        id,
        ints(mirror),
        outerEyeCorners().map(pair -> List.of(pair.left(), pair.right())),
        ints(pupils == null ? NONE : pupils.left()),
        ints(pupils == null ? NONE : pupils.right()),
        regions.values().stream()
            .map(region -> List.of(region.name(), ints(region.points()), region.closed()))
            .toList());
  }

  private static List<Integer> ints(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
