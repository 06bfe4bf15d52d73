package dev.facealign.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reference values computed elsewhere in float64. A test that asks for them is skipped where they
 * are absent.
 */
public final class Golden {
  private Golden() {}

  /** Shape model, smooth faces, phi and loss values: METHOD sections 2 and 3. */
  public static JsonObject acr() {
    return read("acr.json");
  }

  /** NME, failure rates and areas: METHOD section 5. */
  public static JsonObject metrics() {
    return read("metrics.json");
  }

  /** A JSON array of numbers, of any nesting depth, as one flat array. */
  public static double[] numbers(JsonArray array) {
    return array.asList().stream()
        .flatMapToDouble(
            e ->
                e.isJsonArray()
                    ? java.util.Arrays.stream(numbers(e.getAsJsonArray()))
                    : java.util.stream.DoubleStream.of(e.getAsDouble()))
        .toArray();
  }

  private static JsonObject read(String name) {
    Path file =
        SharedFolder.find()
            .map(shared -> shared.resolve("golden").resolve(name))
            .filter(Files::isRegularFile)
            .orElseGet(() -> abort("skipped: shared/golden/" + name + " is not at hand"));
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
