package dev.facealign.cli.shape;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.facealign.shape.report.ShapeModelReport;
import dev.facealign.shape.report.ShapeModelReport.Mark;
import dev.facealign.shape.report.ShapeModelReport.Mode;
import dev.facealign.shape.report.ShapeModelReport.Spread;

/** A shape model's report as JSON, for those who draw it themselves. Label units throughout. */
final class ShapeModelJson {
  private ShapeModelJson() {}

  /**
   * The report.
   *
   * @param modes how many modes come with their faces at -3 and +3 standard deviations
   */
  static String of(ReceivedShapeModel received, ShapeModelReport report, int modes) {
    dev.facealign.v1.ShapeModel message = received.message();
    JsonObject json = new JsonObject();
    json.addProperty("version", message.getVersion());
    json.addProperty("dataset", message.getDataset().getDataset().getName());
    json.addProperty("split", message.getDataset().getDataset().getSplit());
    json.addProperty("faces", message.getDataset().getFaces());
    json.addProperty("expected_faces", message.getDataset().getExpectedFaces());
    json.addProperty("fingerprint", message.getDataset().getSha256());
    json.addProperty("scheme", message.getScheme());
    json.addProperty("landmark_count", report.model().landmarkCount());
    json.addProperty("crop", ShapeModelWords.crop(message.getCropPolicy()));
    json.addProperty(
        "boxes", ShapeModelWords.boxes(message.getBoxSource(), message.getBoxJitter()));
    json.addProperty("alignment", ShapeModelWords.alignment(message.getAlignment()));
    json.addProperty("total_variance", report.totalVariance());
    json.add("components_by_variance", marks(report));
    json.add("mean", numbers(report.model().mean()));
    json.add("points", points(report));
    json.add("modes", modes(report, modes));
    return new GsonBuilder().setPrettyPrinting().create().toJson(json);
  }

  private static JsonArray marks(ShapeModelReport report) {
    JsonArray array = new JsonArray();
    for (Mark mark : report.marks()) {
      JsonObject json = new JsonObject();
      json.addProperty("share", mark.share());
      json.addProperty("components", mark.components());
      array.add(json);
    }
    return array;
  }

  private static JsonArray points(ShapeModelReport report) {
    JsonArray array = new JsonArray();
    for (Spread spread : report.spreads()) {
      JsonObject json = new JsonObject();
      json.addProperty("point", spread.point());
      json.addProperty("standard_deviation_x", spread.deviationX());
      json.addProperty("standard_deviation_y", spread.deviationY());
      json.addProperty("ellipse_major", spread.major());
      json.addProperty("ellipse_minor", spread.minor());
      json.addProperty("ellipse_angle_radians", spread.angle());
      array.add(json);
    }
    return array;
  }

  private static JsonArray modes(ShapeModelReport report, int withFaces) {
    JsonArray array = new JsonArray();
    for (Mode mode : report.modes()) {
      JsonObject json = new JsonObject();
      json.addProperty("mode", mode.number());
      json.addProperty("eigenvalue", mode.eigenvalue());
      json.addProperty("standard_deviation", mode.deviation());
      json.addProperty("share", mode.share());
      json.addProperty("cumulative_share", mode.cumulativeShare());
      json.addProperty("point_movement_rms", mode.pointMovement());
      if (mode.number() <= withFaces) {
        json.add("face_at_minus_3", numbers(report.along(mode.number(), -3)));
        json.add("face_at_plus_3", numbers(report.along(mode.number(), 3)));
      }
      array.add(json);
    }
    return array;
  }

  private static JsonArray numbers(double[] values) {
    JsonArray array = new JsonArray(values.length);
    for (double value : values) {
      array.add(value);
    }
    return array;
  }
}
