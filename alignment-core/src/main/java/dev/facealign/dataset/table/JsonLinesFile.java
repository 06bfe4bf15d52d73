package dev.facealign.dataset.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Faces as JSON lines: an object a line. */
final class JsonLinesFile implements TableFile {
  static final String EXTENSION = ".jsonl";

  private static final String PICTURE = "picture";
  private static final String SPLIT = "split";
  private static final String BOX = "box";
  private static final String POINTS = "points";
  private static final String OCCLUDED = "occluded";

  private static final String OBJECT =
      "an object such as {\"picture\":\"a.jpg\",\"points\":[[1,2],...]}";

  /** Where Jackson read from, which it does not say, in brackets or not. */
  private static final Pattern SOURCE = Pattern.compile("\\s*(\\([^()]*)?\\[Source:.*$");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNameLength(1000)
                  .maxStringLength(100_000)
                  .maxNumberLength(40)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Names come from files: they must not pile up in a table.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final Path path;
  private final String name;
  private final String stem;
  private final String dataset;

  JsonLinesFile(Path path, String name, String dataset) {
    this.path = path;
    this.name = name;
    this.stem = name.substring(0, name.length() - EXTENSION.length());
    this.dataset = dataset;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String stem() {
    return stem;
  }

  @Override
  public void read(LandmarkScheme scheme, @Nullable String split, Visitor visitor)
      throws IOException {
    try (BoundedLines lines = lines()) {
      boolean more = true;
      while (more) {
        more = readRow(lines, scheme, split, visitor);
      }
    }
  }

  /** Reads a line; false after the last. */
  private boolean readRow(
      BoundedLines lines, LandmarkScheme scheme, @Nullable String split, Visitor visitor)
      throws IOException {
    TableRow row = null;
    boolean wanted = split == null || split.equals(stem);
    try {
      String line = lines.next();
      if (line == null) {
        return false;
      }
      if (line.isBlank()) {
        return true;
      }
      String own = split(line, lines.place());
      wanted = split == null || split.equals(own);
      if (wanted) {
        row = row(line, own, scheme, new Cells(lines.place()));
      }
    } catch (FaultException e) {
      // A line too broken to name its split counts for the file's.
      if (wanted) {
        visitor.fault(e);
      }
      return true;
    }
    if (row != null) {
      visitor.row(row, lines.number());
    }
    return true;
  }

  /** The split of a line. */
  private String split(String line, String place) {
    if (!line.contains("\"" + SPLIT + "\"")) {
      return stem;
    }
    try (JsonParser parser = JSON.createParser(line)) {
      requireObject(parser, place);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(SPLIT);
        JsonToken value = parser.nextToken();
        if (found && value != JsonToken.VALUE_NULL) {
          return new Cells(place).split(string(parser, SPLIT, new Cells(place)));
        }
        parser.skipChildren();
      }
      return stem;
    } catch (IOException e) {
      throw broken(e, place);
    }
  }

  private static TableRow row(String line, String split, LandmarkScheme scheme, Cells cells) {
    String picture = null;
    Landmarks points = null;
    Box box = null;
    BitSet occluded = null;
    try (JsonParser parser = JSON.createParser(line)) {
      requireObject(parser, cells.place());
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        boolean absent = parser.nextToken() == JsonToken.VALUE_NULL;
        switch (field) {
          case PICTURE -> picture = string(parser, PICTURE, cells);
          case POINTS -> points = points(parser, scheme, cells);
          case BOX -> box = absent ? null : box(parser, cells);
          case OCCLUDED -> occluded = absent ? null : flags(parser, scheme.count(), cells);
          case SPLIT -> parser.skipChildren();
          default -> skip(parser, field, cells);
        }
      }
      if (parser.nextToken() != null) {
        throw cells.fault("more", "after the object", "an object a line");
      }
    } catch (IOException e) {
      throw broken(e, cells.place());
    }
    if (picture == null) {
      throw cells.fault(PICTURE, null, "a path such as photos/a.jpg");
    }
    if (points == null) {
      throw cells.fault(POINTS, null, expectedPoints(scheme));
    }
    return new TableRow(picture, split, points, box, occluded);
  }

  private static void requireObject(JsonParser parser, String place) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw DatasetFaults.annotation(place, text(parser), OBJECT);
    }
  }

  private static Landmarks points(JsonParser parser, LandmarkScheme scheme, Cells cells)
      throws IOException {
    requireArray(parser, POINTS, expectedPoints(scheme), cells);
    double[] xy = new double[2 * scheme.count()];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String point = POINTS + "[" + count + "]";
      requireArray(parser, point, "[x, y]", cells);
      double x = next(parser, point, cells);
      double y = next(parser, point, cells);
      if (parser.nextToken() != JsonToken.END_ARRAY) {
        throw cells.fault(point, text(parser), "[x, y]");
      }
      if (count < scheme.count()) {
        xy[2 * count] = x;
        xy[2 * count + 1] = y;
      }
      count++;
    }
    if (count != scheme.count()) {
      String expected = expectedPoints(scheme);
      throw cells.fault(
          POINTS,
          count,
          scheme.equals(LandmarkScheme.IBUG_68)
              ? expected + ", or a file scheme-<id>.properties with count=" + count
              : expected);
    }
    return Landmarks.of(xy);
  }

  private static String expectedPoints(LandmarkScheme scheme) {
    return "[[x, y], ...], " + scheme.count() + " points of the scheme \"" + scheme.id() + "\"";
  }

  private static Box box(JsonParser parser, Cells cells) throws IOException {
    String expected = "[x, y, width, height]";
    requireArray(parser, BOX, expected, cells);
    double[] xywh = new double[4];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      double number = number(parser, BOX + "[" + count + "]", cells);
      if (count < xywh.length) {
        xywh[count] = number;
      }
      count++;
    }
    if (count != xywh.length) {
      throw cells.fault(BOX, count + " numbers", "4: x, y, width, height");
    }
    return cells.box(xywh);
  }

  private static BitSet flags(JsonParser parser, int points, Cells cells) throws IOException {
    String expected = "[0, 1, ...], one a point, 1 where it is hidden";
    requireArray(parser, OCCLUDED, expected, cells);
    BitSet flags = new BitSet(points);
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String flag = text(parser);
      if (!flag.equals("0") && !flag.equals("1")) {
        throw cells.fault(OCCLUDED + "[" + count + "]", flag, "0 or 1");
      }
      if (count < points) {
        flags.set(count, flag.equals("1"));
      }
      count++;
    }
    if (count != points) {
      throw cells.fault(OCCLUDED, count + " flags", points + ", one a point");
    }
    return flags;
  }

  private static void skip(JsonParser parser, String field, Cells cells) throws IOException {
    String lower = field.toLowerCase(Locale.ROOT);
    if (lower.startsWith("occ") || lower.startsWith(BOX) || lower.startsWith("point")) {
      throw cells.fault("field", "\"" + field + "\"", "picture, split, box, points, occluded");
    }
    parser.skipChildren();
  }

  private static void requireArray(JsonParser parser, String name, String expected, Cells cells)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw cells.fault(name, text(parser), expected);
    }
  }

  private static double next(JsonParser parser, String name, Cells cells) throws IOException {
    parser.nextToken();
    return number(parser, name, cells);
  }

  private static double number(JsonParser parser, String name, Cells cells) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isNumeric()) {
      throw cells.fault(name, text(parser), "numbers such as 123.45");
    }
    return cells.number(name, parser.getDoubleValue());
  }

  private static String string(JsonParser parser, String name, Cells cells) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw cells.fault(name, text(parser), "a text in quotation marks");
    }
    return parser.getText();
  }

  private static String text(JsonParser parser) throws IOException {
    String text = parser.getText();
    return text == null ? "the line's end" : text;
  }

  private static FaultException broken(IOException e, String place) {
    String what = e instanceof JsonProcessingException json ? json.getOriginalMessage() : "";
    String first = what.lines().findFirst().orElse("no JSON");
    return DatasetFaults.annotation(place, SOURCE.matcher(first).replaceFirst(""), "a JSON object");
  }

  @Override
  public Set<String> splits() throws IOException {
    Set<String> splits = new TreeSet<>();
    try (BoundedLines lines = lines()) {
      while (true) {
        try {
          String line = lines.next();
          if (line == null) {
            return splits;
          }
          if (!line.isBlank()) {
            TableLayout.addSplit(splits, split(line, lines.place()));
          }
        } catch (FaultException e) {
          // Reading the split will say so.
          TableLayout.addSplit(splits, stem);
        }
      }
    }
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public void requireOfFaces() throws IOException {
    try (BoundedLines lines = lines()) {
      String line = lines.next();
      if (line == null) {
        throw DatasetFaults.annotation(lines.place(), "an empty file", OBJECT);
      }
      if (!line.stripLeading().startsWith("{") || !line.contains("\"" + POINTS)) {
        throw DatasetFaults.annotation(lines.place(), "no object with points", OBJECT);
      }
    }
  }

  private BoundedLines lines() throws IOException {
    return new BoundedLines(path, dataset + "/" + name);
  }
}
