package dev.facealign.platform.artifact;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An artifact's list of files, stored beside them as {@code artifact.json}. It is written last: a
 * folder without it is no artifact.
 *
 * @param files sorted by name
 * @param publishedAt when it was published first
 */
record ArtifactIndex(List<StoredFile> files, Instant publishedAt) {

  static final String FILE = "artifact.json";

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  String toJson() {
    JsonArray array = new JsonArray();
    for (StoredFile file : files) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", file.name());
      entry.addProperty("size_bytes", file.sizeBytes());
      entry.addProperty("sha256", file.sha256());
      array.add(entry);
    }
    JsonObject index = new JsonObject();
    index.add("files", array);
    index.addProperty("published_at", publishedAt.toString());
    return GSON.toJson(index) + "\n";
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @throws RuntimeException the text is something else
   */
  static ArtifactIndex parse(String json) {
    JsonObject index = JsonParser.parseString(json).getAsJsonObject();
    List<StoredFile> files = new ArrayList<>();
    for (JsonElement element : index.getAsJsonArray("files")) {
      JsonObject entry = element.getAsJsonObject();
      files.add(
          new StoredFile(
              entry.get("name").getAsString(),
              entry.get("size_bytes").getAsLong(),
              entry.get("sha256").getAsString()));
    }
    return new ArtifactIndex(
        List.copyOf(files), Instant.parse(index.get("published_at").getAsString()));
  }
}
