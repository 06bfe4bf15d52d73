package dev.facealign.dataset.table;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.landmark.LandmarkScheme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A CSV file's first line: which column holds what. */
final class CsvHeader {
  static final String PICTURE = "picture";
  static final String SPLIT = "split";
  static final List<String> BOX = List.of("box_x", "box_y", "box_width", "box_height");

  /** Columns that are somebody's attempt at one of ours; others are nobody's business. */
  private static final Pattern MISSPELT =
      Pattern.compile(
          "(?i)(box.*|occ.*|[xy][ _-]?\\d+|(picture|image|img|file|split)[ _-]?(name|path|file)?s?)");

  private static final Pattern POINT = Pattern.compile("[xy](0|[1-9]\\d{0,5})");
  private static final Pattern FLAG = Pattern.compile("occluded(0|[1-9]\\d{0,5})");

  private final int columns;
  private final int picture;
  private final int split;
  private final int[] box;
  private final int[] points;
  private final int[] flags;

  private CsvHeader(int columns, int picture, int split, int[] box, int[] points, int[] flags) {
    this.columns = columns;
    this.picture = picture;
    this.split = split;
    this.box = box;
    this.points = points;
    this.flags = flags;
  }

  /**
   * Understands a header.
   *
   * @param place file and line, for messages
   */
  static CsvHeader of(List<String> names, LandmarkScheme scheme, String place) {
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty() && columns.put(names.get(i), i) != null) {
        throw DatasetFaults.annotation(place, "column " + names.get(i) + " twice", "once");
      }
    }
    requirePicture(names, place);
    int[] points = points(columns, scheme, place);
    int[] box = box(columns, place);
    int[] flags = flags(columns, scheme, place);
    for (String name : names) {
      if (!isUsed(name) && MISSPELT.matcher(name).matches()) {
        throw DatasetFaults.annotation(
            place,
            "column " + name,
            "picture, split, "
                + String.join(", ", BOX)
                + ", x0, y0, x1, y1, ..., occluded0, occluded1, ...");
      }
    }
    return new CsvHeader(
        names.size(),
        columns.getOrDefault(PICTURE, -1),
        columns.getOrDefault(SPLIT, -1),
        box,
        points,
        flags);
  }

  /** Without that column it is no table of faces. */
  static void requirePicture(List<String> names, String place) {
    if (!names.contains(PICTURE)) {
      throw DatasetFaults.annotation(
          place,
          names.size() == 1 && names.get(0).contains(";")
              ? "columns with ; between them"
              : "no column picture",
          "picture,x0,y0,x1,y1,... with commas between them");
    }
  }

  /** Points that columns are there for; 0 where that is no whole number. */
  static long points(List<String> names) {
    long columns = names.stream().filter(name -> POINT.matcher(name).matches()).count();
    return columns % 2 == 0 ? columns / 2 : 0;
  }

  private static int[] points(Map<String, Integer> columns, LandmarkScheme scheme, String place) {
    long there = columns.keySet().stream().filter(name -> POINT.matcher(name).matches()).count();
    if (there != 2L * scheme.count()) {
      throw DatasetFaults.annotation(
          place,
          there + " columns x0, y0, ...",
          2 * scheme.count()
              + " for the "
              + scheme.count()
              + " points of the scheme \""
              + scheme.id()
              + "\"");
    }
    int[] points = new int[2 * scheme.count()];
    for (int i = 0; i < points.length; i++) {
      points[i] = required(columns, (i % 2 == 0 ? "x" : "y") + i / 2, place);
    }
    return points;
  }

  private static int[] box(Map<String, Integer> columns, String place) {
    if (BOX.stream().noneMatch(columns::containsKey)) {
      return new int[0];
    }
    return BOX.stream().mapToInt(name -> required(columns, name, place)).toArray();
  }

  private static int[] flags(Map<String, Integer> columns, LandmarkScheme scheme, String place) {
    long there = columns.keySet().stream().filter(name -> FLAG.matcher(name).matches()).count();
    if (there == 0) {
      return new int[0];
    }
    if (there != scheme.count()) {
      throw DatasetFaults.annotation(
          place, there + " columns occluded0, ...", scheme.count() + ", one a point, or none");
    }
    int[] flags = new int[scheme.count()];
    for (int m = 0; m < flags.length; m++) {
      flags[m] = required(columns, "occluded" + m, place);
    }
    return flags;
  }

  private static int required(Map<String, Integer> columns, String name, String place) {
    Integer column = columns.get(name);
    if (column == null) {
      throw DatasetFaults.annotation(place, "no column " + name, "one");
    }
    return column;
  }

  private static boolean isUsed(String name) {
    return name.equals(PICTURE)
        || name.equals(SPLIT)
        || BOX.contains(name)
        || POINT.matcher(name).matches()
        || FLAG.matcher(name).matches();
  }

  /** Those of the columns that say nothing to us. */
  static List<String> unused(List<String> names) {
    return names.stream().filter(name -> !name.isEmpty() && !isUsed(name)).toList();
  }

  int columns() {
    return columns;
  }

  /** What a row writes for its picture. */
  String picture(List<String> row) {
    return row.get(picture);
  }

  /** What a row writes for its split; null where it has none. */
  @Nullable String split(List<String> row) {
    return split < 0 || row.get(split).isEmpty() ? null : row.get(split);
  }

  /** The coordinates of a row's points: x0, y0, x1, ... */
  double[] points(List<String> row, Cells cells) {
    double[] xy = new double[points.length];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = cells.number((i % 2 == 0 ? "x" : "y") + i / 2, row.get(points[i]));
    }
    return xy;
  }

  /** What a row writes for its box, four values; empty where it writes nothing. */
  List<String> box(List<String> row) {
    return written(row, box);
  }

  /** What a row writes for its flags, M values; empty where it writes nothing. */
  List<String> flags(List<String> row) {
    return written(row, flags);
  }

  private static List<String> written(List<String> row, int[] columns) {
    List<String> values = new ArrayList<>();
    boolean any = false;
    for (int column : columns) {
      values.add(row.get(column));
      any |= !row.get(column).isEmpty();
    }
    return any ? values : List.of();
  }
}
