package dev.facealign.cli.dataset;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.facealign.dataset.inspect.DatasetInspection;
import dev.facealign.dataset.inspect.Finding;
import dev.facealign.dataset.inspect.FindingKind;
import dev.facealign.dataset.inspect.SizeRange;
import dev.facealign.dataset.inspect.SplitCount;
import java.util.Optional;
import java.util.OptionalInt;

/** An inspection as programs read it. Fields are always there; what is not known is null. */
final class InspectionJson {
  private InspectionJson() {}

  /** JSON over several lines. */
  static String of(DatasetInspection inspection) {
    JsonObject json = new JsonObject();
    json.addProperty("name", inspection.name());
    json.addProperty("format", inspection.format().word());
    json.addProperty("scheme", inspection.scheme().id());
    json.addProperty("points", inspection.scheme().count());
    json.add("splits", splits(inspection));
    json.addProperty("split", inspection.split());
    json.addProperty("faces", inspection.faces());
    json.add("expectedFaces", count(inspection.expectedFaces()));
    json.addProperty("sha256", inspection.sha256());
    json.addProperty("pictures", inspection.pictures());
    json.addProperty("picturesWithSeveralFaces", inspection.severalFaces());
    json.add("pictureSidesPx", range(inspection.pictureSizes()));
    json.add("faceSidesPx", range(inspection.faceSizes()));
    json.addProperty("boxes", inspection.boxes());
    json.addProperty("facesWithOcclusionFlags", inspection.withFlags());
    json.addProperty("occludedShare", inspection.occludedShare());
    JsonArray remarks = new JsonArray();
    inspection.remarks().forEach(remarks::add);
    json.add("remarks", remarks);
    json.addProperty("faults", inspection.faults());
    json.add("counts", counts(inspection));
    json.add("findings", findings(inspection));
    return new GsonBuilder()
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .serializeNulls()
        .create()
        .toJson(json);
  }

  private static JsonArray splits(DatasetInspection inspection) {
    JsonArray splits = new JsonArray();
    for (SplitCount each : inspection.splits()) {
      JsonObject split = new JsonObject();
      split.addProperty("name", each.name());
      split.add("faces", count(each.faces()));
      split.add("expectedFaces", count(each.expected()));
      splits.add(split);
    }
    return splits;
  }

  private static JsonObject counts(DatasetInspection inspection) {
    JsonObject counts = new JsonObject();
    for (FindingKind kind : FindingKind.values()) {
      counts.addProperty(kind.name(), inspection.counts().getOrDefault(kind, 0));
    }
    return counts;
  }

  private static JsonArray findings(DatasetInspection inspection) {
    JsonArray findings = new JsonArray();
    for (Finding each : inspection.findings()) {
      JsonObject finding = new JsonObject();
      finding.addProperty("kind", each.kind().name());
      finding.addProperty("fault", each.kind().isFault());
      finding.addProperty("message", each.message());
      findings.add(finding);
    }
    return findings;
  }

  private static JsonElement count(int expected) {
    return expected == 0 ? JsonNull.INSTANCE : new JsonPrimitive(expected);
  }

  private static JsonElement count(OptionalInt faces) {
    return faces.isPresent() ? new JsonPrimitive(faces.getAsInt()) : JsonNull.INSTANCE;
  }

  private static JsonElement range(Optional<SizeRange> sizes) {
    if (sizes.isEmpty()) {
      return JsonNull.INSTANCE;
    }
    JsonObject range = new JsonObject();
    range.addProperty("smallest", sizes.get().smallest());
    range.addProperty("median", sizes.get().median());
    range.addProperty("largest", sizes.get().largest());
    return range;
  }
}
