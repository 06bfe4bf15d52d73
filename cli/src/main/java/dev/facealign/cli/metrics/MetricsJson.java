package dev.facealign.cli.metrics;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.facealign.metric.Bootstrap;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Interval;
import dev.facealign.metric.Normaliser;
import dev.facealign.metric.PairedComparison;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Metrics as JSON. Fractions throughout; null where there is no figure. */
final class MetricsJson {
  private MetricsJson() {}

  /**
   * @param thresholds of failure rates and areas
   * @param comparison with other predictions
   */
  static String of(
      MeasuredPredictions measured,
      List<Double> thresholds,
      Bootstrap bootstrap,
      Optional<PairedComparison> comparison) {
    ErrorDistribution errors = measured.distribution();
    JsonObject json = new JsonObject();
    json.addProperty("scheme", measured.scheme().id());
    json.addProperty("normaliser", MeasuredPredictions.words(measured.normaliser()));
    json.addProperty("faces", errors.faces());
    json.addProperty("failed", errors.failed());
    json.addProperty("excluded", errors.excluded());
    JsonObject intervals = new JsonObject();
    json.add("nme", number(errors.mean()));
    intervals.add("nme", interval(errors.meanInterval(bootstrap)));
    for (double threshold : thresholds) {
      String at = key(threshold);
      json.add("fr_at_" + at, number(errors.failureRate(threshold)));
      intervals.add("fr_at_" + at, interval(errors.failureRateInterval(threshold, bootstrap)));
      json.add("auc_at_" + at, number(errors.auc(threshold)));
      intervals.add("auc_at_" + at, interval(errors.aucInterval(threshold, bootstrap)));
    }
    json.add("auc_fard2022", number(errors.aucFard2022()));
    intervals.add("auc_fard2022", interval(errors.aucFard2022Interval(bootstrap)));
    measured
        .distributions()
        .forEach((by, distribution) -> json.add(nmeKey(by), number(distribution.mean())));
    json.add("intervals_95", intervals);
    JsonObject regions = new JsonObject();
    measured.landmarkErrors().byRegion().forEach((name, nme) -> regions.add(name, number(nme)));
    json.add("nme_by_region", regions);
    json.add("nme_by_landmark", numbers(measured.landmarkErrors().byLandmark()));
    comparison.ifPresent(paired -> json.add("comparison", comparison(paired)));
    JsonArray invalid = new JsonArray();
    for (MeasuredPredictions.InvalidFace face : measured.invalid()) {
      JsonObject listed = new JsonObject();
      listed.addProperty("id", face.id());
      listed.addProperty("reason", face.reason());
      invalid.add(listed);
    }
    json.add("invalid_faces", invalid);
    JsonArray ids = new JsonArray();
    measured.ids().forEach(ids::add);
    json.add("ids", ids);
    json.add("per_face_nme", numbers(measured.nme()));
    return new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(json);
  }

  /** 0.1 is "0_10", 0.075 is "0_075". */
  static String key(double threshold) {
    BigDecimal decimal = BigDecimal.valueOf(threshold).stripTrailingZeros();
    return decimal.setScale(Math.max(2, decimal.scale())).toPlainString().replace('.', '_');
  }

  private static String nmeKey(Normaliser by) {
    return "nme_" + MeasuredPredictions.words(by).replace('-', '_');
  }

  private static JsonObject comparison(PairedComparison paired) {
    JsonObject json = new JsonObject();
    json.addProperty("faces", paired.faces());
    json.addProperty("failed_only_here", paired.failedOfFirstOnly());
    json.addProperty("failed_only_there", paired.failedOfSecondOnly());
    json.add("nme_difference", number(paired.meanDifference()));
    json.add("nme_difference_interval_95", interval(paired.interval()));
    json.add("probability_better", number(paired.probabilityFirstBetter()));
    json.addProperty("significant", paired.significant());
    return json;
  }

  private static JsonElement number(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }

  private static JsonArray numbers(double[] values) {
    JsonArray array = new JsonArray(values.length);
    for (double value : values) {
      array.add(number(value));
    }
    return array;
  }

  private static JsonArray interval(Interval interval) {
    return numbers(new double[] {interval.low(), interval.high()});
  }
}
