package dev.facealign.trainer.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.network.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file of weights as Keras 2 writes it: a group {@code model_weights} (or the root, where
 * only weights were saved) with a group a layer, in which the layer's tensors lie below one more
 * group or several; and the layers' settings as JSON in the attribute {@code model_config}.
 *
 * <p>Files are not trusted: a tensor is read only once its sides are known to be the expected ones,
 * and groups are followed to a small depth.
 */
final class KerasFile implements AutoCloseable {

  /** Reason of the fault for a file that is no such file, or a damaged one. */
  static final String UNREADABLE = "WEIGHTS_UNREADABLE";

  /** Reason of the fault for a file whose layers are not the network's. */
  static final String MISMATCH = "WEIGHTS_MISMATCH";

  /** Keras nests a name's slashes; its own names have none or one. */
  private static final int DEEPEST = 6;

  private final HdfFile file;
  private final Map<String, Group> layers = new LinkedHashMap<>();
  private final List<LayerConfig> configs = new ArrayList<>();

  /**
   * A layer's settings.
   *
   * @param kind Keras's class, such as Conv2D
   * @param name the layer's name
   * @param settings Keras's settings
   */
  record LayerConfig(String kind, String name, JsonObject settings) {}

  private KerasFile(HdfFile file) {
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws FaultException INVALID_ARGUMENT, reason {@value #UNREADABLE}
   */
  static KerasFile open(Path path) {
    KerasFile opened = new KerasFile(reading("not an HDF5 file", "one", () -> new HdfFile(path)));
    try {
      opened.readLayers();
      opened.readConfigs();
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void readLayers() {
    reading(
        "groups",
        "a group model_weights with a group a layer",
        () -> {
          Group root =
              file.getChildren().get("model_weights") instanceof Group group ? group : file;
          root.getChildren()
              .forEach(
                  (name, node) -> {
                    if (node instanceof Group layer) {
                      layers.put(name, layer);
                    }
                  });
          return layers;
        });
  }

  private void readConfigs() {
    String json =
        reading(
            "model_config",
            "a text",
            () -> {
              Attribute attribute = file.getAttributes().get("model_config");
              return attribute == null ? "" : String.valueOf(attribute.getData());
            });
    if (json.isEmpty()) {
      return;
    }
    try {
      for (JsonElement element :
          JsonParser.parseString(json)
              .getAsJsonObject()
              .getAsJsonObject("config")
              .getAsJsonArray("layers")) {
        JsonObject layer = element.getAsJsonObject();
        JsonObject settings = layer.getAsJsonObject("config");
        JsonElement name = layer.has("name") ? layer.get("name") : settings.get("name");
        configs.add(
            new LayerConfig(layer.get("class_name").getAsString(), name.getAsString(), settings));
      }
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | ClassCastException
        | NullPointerException e) {
      throw unreadable("model_config: " + e.getMessage(), "Keras's JSON of a model", e);
    }
  }

  /** Settings of all layers, in order; none where only weights were saved. */
  List<LayerConfig> configs() {
    return List.copyOf(configs);
  }

  /** Names of all layers that have a group. */
  Set<String> layers() {
    return layers.keySet();
  }

  /**
   * Sides of a layer's tensor.
   *
   * @return null where the layer has no such tensor
   */
  int @Nullable [] shape(String layer, String tensor) {
    Dataset dataset = find(layer, tensor);
    return dataset == null
        ? null
        : reading(layer + "/" + tensor, "a tensor", dataset::getDimensions);
  }

  /**
   * A layer's tensor.
   *
   * @param layer Keras's name of the layer
   * @param tensor such as "kernel:0"
   * @param shape the sides it must have
   * @throws FaultException INVALID_ARGUMENT, reason {@value #MISMATCH}: there is none, or it has
   *     other sides, other numbers than floats, or a number that is not finite; {@value
   *     #UNREADABLE}
   */
  Tensor tensor(String layer, String tensor, int... shape) {
    String name = layer + "/" + tensor;
    if (!layers.containsKey(layer)) {
      throw mismatch(layer + ": no such layer", "a layer of this name, as the network has");
    }
    Dataset dataset = find(layer, tensor);
    if (dataset == null) {
      throw mismatch(name + ": missing", Arrays.toString(shape) + " floats");
    }
    int[] sides = reading(name, "a tensor", dataset::getDimensions);
    if (!Arrays.equals(sides, shape)) {
      throw mismatch(name + ": " + Arrays.toString(sides), Arrays.toString(shape));
    }
    Object data = reading(name, "floats", dataset::getDataFlat);
    if (!(data instanceof float[] values)) {
      throw mismatch(name + ": " + data.getClass().getSimpleName(), "32 bit floats");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw mismatch(name + "[" + i + "]: " + values[i], "a finite number");
      }
    }
    return new Tensor(Arrays.stream(shape).asLongStream().toArray(), values);
  }

  private @Nullable Dataset find(String layer, String tensor) {
    Group group = layers.get(layer);
    if (group == null) {
      return null;
    }
    List<Dataset> found =
        reading(
            layer + "/" + tensor,
            "a tensor",
            () -> {
              List<Dataset> all = new ArrayList<>();
              collect(group, tensor, DEEPEST, all);
              return all;
            });
    if (found.size() > 1) {
      throw mismatch(layer + "/" + tensor + ": " + found.size() + " tensors", "one");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private static void collect(Group group, String tensor, int depth, List<Dataset> found) {
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      if (child.getValue() instanceof Dataset dataset && child.getKey().equals(tensor)) {
        found.add(dataset);
      } else if (child.getValue() instanceof Group inner && depth > 0) {
        collect(inner, tensor, depth - 1, found);
      }
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read();
  }

  /** The library tells a damaged file by runtime exceptions of many kinds. */
  private static <T> T reading(String what, String expected, Reading<T> reading) {
    try {
      return reading.read();
    } catch (FaultException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw unreadable(what + ": " + e.getMessage(), expected, e);
    }
  }

  static FaultException mismatch(String is, String expected) {
    return FaultException.of(
        FaultKind.INVALID_ARGUMENT, MISMATCH, "weights: " + is + " (expected: " + expected + ")");
  }

  private static FaultException unreadable(String is, String expected, Throwable cause) {
    return FaultException.of(
        FaultKind.INVALID_ARGUMENT,
        UNREADABLE,
        "weights: " + is + " (expected: " + expected + ")",
        cause);
  }

  @Override
  public void close() {
    file.close();
  }
}
