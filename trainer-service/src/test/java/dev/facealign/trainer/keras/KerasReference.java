package dev.facealign.trainer.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.facealign.trainer.job.NetworkKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * What {@code src/test/python/keras_reference.py} wrote: files of weights as Keras lays them out,
 * and what an implementation in Python computes with them.
 */
public final class KerasReference {

  /** Outputs of the networks in the files. */
  public static final int OUTPUTS = 136;

  private KerasReference() {}

  /** Unpacks a network's file into a folder. */
  public static Path file(NetworkKind kind, Path folder) {
    Path file = folder.resolve(name(kind) + ".h5");
    try (InputStream packed = open(name(kind) + ".h5.gz");
        InputStream whole = new GZIPInputStream(packed)) {
      Files.copy(whole, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The outputs for {@link #picture}, in Keras's label convention. */
  public static double[] output(NetworkKind kind, int size) {
    return numbers(of(kind, size).get("output"));
  }

  /** After each layer of the trunk, the means of the first four channels. */
  public static double[][] means(NetworkKind kind, int size) {
    return of(kind, size).getAsJsonArray("means").asList().stream()
        .map(KerasReference::numbers)
        .toArray(double[][]::new);
  }

  private static JsonObject of(NetworkKind kind, int size) {
    try (InputStreamReader reader =
        new InputStreamReader(open("reference.json"), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader)
          .getAsJsonObject()
          .getAsJsonObject(name(kind))
          .getAsJsonObject(Integer.toString(size));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] numbers(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  private static String name(NetworkKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace("_v2", "-v2").replace("_b", "-b");
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(KerasReference.class.getResourceAsStream("/keras/" + name), name);
  }

  /** The picture that the outputs belong to: [3, size, size]. */
  public static float[] picture(int size) {
    float[] picture = new float[3 * size * size];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double waves =
              Math.sin(0.31 * x + 0.17 * y + c)
                  + Math.sin(0.11 * x * (c + 1) - 0.23 * y)
                  + Math.sin(0.05 * x * y / (c + 2));
          picture[(c * size + y) * size + x] = (float) (0.5 + waves / 6);
        }
      }
    }
    return picture;
  }

  /** The same with the opposite sign: this project's label convention. */
  public static double[] negated(double[] values) {
    return Arrays.stream(values).map(v -> -v).toArray();
  }
}
