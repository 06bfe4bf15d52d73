package dev.facealign.benchmarks.accuracy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * Runs in JSON. NaN, such as the validation NME of a network that gives no numbers, and infinities
 * are null, as JSON has neither; null is read as NaN.
 */
final class RunJson {

  private static final TypeAdapter<Double> NUMBERS =
      new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
          if (Double.isFinite(value)) {
            out.value(value);
          } else {
            out.nullValue();
          }
        }

        @Override
        public Double read(JsonReader in) throws IOException {
          if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return Double.NaN;
          }
          return in.nextDouble();
        }
      };

  /** With nulls: a number that was left out would be read as 0. */
  static final Gson GSON =
      new GsonBuilder()
          // Reads by a component's type, writes by its value's.
          .registerTypeAdapter(double.class, NUMBERS)
          .registerTypeAdapter(Double.class, NUMBERS)
          .serializeNulls()
          .setPrettyPrinting()
          .create();

  private RunJson() {}
}
