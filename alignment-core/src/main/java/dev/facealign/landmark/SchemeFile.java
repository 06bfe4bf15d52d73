package dev.facealign.landmark;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.landmark.LandmarkScheme.PointPair;
import dev.facealign.landmark.LandmarkScheme.Pupils;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The files that hold landmark schemes; {@link LandmarkScheme#read(Path)} has their form. */
final class SchemeFile {
  private static final Pattern NAME = Pattern.compile("scheme-(.+)\\.properties");
  private static final Pattern POINTS = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

  /** Far above what {@link LandmarkScheme#MOST_POINTS} points take. */
  private static final long MOST_BYTES = 64 * 1024;

  private static final String COUNT = "count";
  private static final String MIRROR = "mirror";
  private static final String CORNERS = "outer-eye-corners";
  private static final String LEFT_PUPIL = "left-pupil";
  private static final String RIGHT_PUPIL = "right-pupil";
  private static final String REGIONS = "regions";
  private static final String REGION = "region.";
  private static final String RINGS = "rings";
  private static final Set<String> KEYS =
      Set.of(COUNT, MIRROR, CORNERS, LEFT_PUPIL, RIGHT_PUPIL, REGIONS, RINGS);

  private final String shownAs;
  private final Properties properties;

  private SchemeFile(String shownAs, String text) {
    this.shownAs = shownAs;
    this.properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be read", e);
    } catch (IllegalArgumentException e) {
      throw fault("text", e.getMessage(), "lines of key=value");
    }
  }

  static LandmarkScheme shipped(String id) {
    String name = "scheme-" + id + ".properties";
    try (InputStream in = SchemeFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return new SchemeFile(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)).scheme(id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LandmarkScheme read(Path file) {
    String name = String.valueOf(file.getFileName());
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw FaultException.invalid(
          "SCHEME_INVALID", "scheme file", name, "a name scheme-<id>.properties");
    }
    try {
      // Anything else, a pipe for instance, may never end.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw FaultException.invalid("SCHEME_INVALID", name, "no regular file", "a text file");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw FaultException.invalid(
            "SCHEME_INVALID", name, size + " bytes", "<= " + MOST_BYTES + " bytes");
      }
      return parse(name, matcher.group(1), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw FaultException.notFound("scheme file", file.toString(), "a file");
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "SCHEME_UNREADABLE", name + " cannot be read", e);
    }
  }

  /** The same from a file's content. */
  static LandmarkScheme parse(String shownAs, String id, byte[] content) {
    SchemeFile file = new SchemeFile(shownAs, new String(content, StandardCharsets.UTF_8));
    try {
      return file.scheme(id);
    } catch (FaultException e) {
      if (e.reason().equals("SCHEME_INVALID")) {
        throw e;
      }
      // A part that is well written and does not fit the others; the fault names the part.
      throw FaultException.of(
          FaultKind.INVALID_ARGUMENT, "SCHEME_INVALID", shownAs + ": " + e.getMessage(), e);
    }
  }

  private LandmarkScheme scheme(String id) {
    requireKnownKeys();
    int count = count();
    return new LandmarkScheme(id, mirror(count), corners(), pupils(), regions());
  }

  /** A misspelt key would silently leave its part out. */
  private void requireKnownKeys() {
    Set<String> named = new TreeSet<>(KEYS);
    names(REGIONS).forEach(region -> named.add(REGION + region));
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (!named.contains(key)) {
        throw fault("key", key, "one of " + named);
      }
    }
  }

  private int count() {
    String text = text(COUNT);
    if (text == null || !text.matches("\\d{1,4}")) {
      throw fault(COUNT, text, "1 to " + LandmarkScheme.MOST_POINTS);
    }
    int count = Integer.parseInt(text);
    if (count < 1 || count > LandmarkScheme.MOST_POINTS) {
      throw fault(COUNT, text, "1 to " + LandmarkScheme.MOST_POINTS);
    }
    return count;
  }

  private int[] mirror(int count) {
    // Training mirrors faces: a scheme that was silent on it would exchange left and right labels.
    if (properties.getProperty(MIRROR) == null) {
      throw fault(
          MIRROR, null, "pairs such as 0-16,1-15; empty where each point is its own mirror image");
    }
    int[] mirror = IntStream.range(0, count).toArray();
    for (String pair : names(MIRROR)) {
      Matcher matcher = POINTS.matcher(pair);
      if (!matcher.matches() || matcher.group(2) == null) {
        throw fault(MIRROR, pair, "pairs such as 0-16,1-15");
      }
      int a = Integer.parseInt(matcher.group(1));
      int b = Integer.parseInt(matcher.group(2));
      if (a >= count || b >= count || mirror[a] != a || mirror[b] != b) {
        throw fault(MIRROR, pair, "points below " + count + ", each once");
      }
      mirror[a] = b;
      mirror[b] = a;
    }
    return mirror;
  }

  private @Nullable PointPair corners() {
    int[] corners = points(CORNERS);
    if (corners == null) {
      return null;
    }
    if (corners.length != 2) {
      throw fault(CORNERS, text(CORNERS), "two points, such as 36,45");
    }
    return new PointPair(corners[0], corners[1]);
  }

  private @Nullable Pupils pupils() {
    int[] left = points(LEFT_PUPIL);
    int[] right = points(RIGHT_PUPIL);
    if (left == null && right == null) {
      return null;
    }
    if (left == null || right == null) {
      throw fault(left == null ? LEFT_PUPIL : RIGHT_PUPIL, null, "both pupils, or neither");
    }
    return new Pupils(left, right);
  }

  private List<FaceRegion> regions() {
    List<String> names = names(REGIONS);
    List<String> rings = names(RINGS);
    for (String ring : rings) {
      if (!names.contains(ring)) {
        throw fault(RINGS, ring, "some of the regions " + names);
      }
    }
    List<FaceRegion> regions = new ArrayList<>();
    for (String name : names) {
      int[] points = points(REGION + name);
      if (points == null) {
        throw fault(REGION + name, null, "the region's points, such as 0-16");
      }
      regions.add(new FaceRegion(name, points, rings.contains(name)));
    }
    return regions;
  }

  /** "0-3,7" is 0, 1, 2, 3, 7; null where the key is not there. */
  private int @Nullable [] points(String key) {
    if (text(key) == null) {
      return null;
    }
    IntStream.Builder points = IntStream.builder();
    int taken = 0;
    for (String part : names(key)) {
      Matcher matcher = POINTS.matcher(part);
      if (!matcher.matches()) {
        throw fault(key, part, "points and ranges such as 0-3,7");
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      taken += last - first + 1;
      if (last < first || taken > LandmarkScheme.MOST_POINTS) {
        throw fault(key, part, "ranges that rise, such as 0-3, each point once");
      }
      IntStream.rangeClosed(first, last).forEach(points);
    }
    return points.build().toArray();
  }

  private List<String> names(String key) {
    String text = text(key);
    return text == null
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /** A key's value; null where it is missing or blank. */
  private @Nullable String text(String key) {
    String text = properties.getProperty(key);
    return text == null || text.isBlank() ? null : text.strip();
  }

  private FaultException fault(String key, @Nullable String value, String expected) {
    return FaultException.invalid("SCHEME_INVALID", shownAs + ": " + key, value, expected);
  }
}
