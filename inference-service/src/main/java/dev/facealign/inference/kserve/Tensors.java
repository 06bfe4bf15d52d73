package dev.facealign.inference.kserve;

import dev.facealign.inference.model.LoadedModel;
import dev.facealign.v1.kserve.ModelMetadataResponse.TensorMetadata;
import java.util.List;

/** The names and shapes of what models take and answer. */
final class Tensors {
  static final String FP32 = "FP32";
  static final String INPUT = "input";
  static final String LANDMARKS = "landmarks";
  static final String EXPECTED_ERROR = "expected_error";

  private static final long ANY = -1;

  private Tensors() {}

  /** A model's outputs, in their usual order. */
  static List<String> outputs(LoadedModel model) {
    return model.network().tellsExpectedErrors()
        ? List.of(LANDMARKS, EXPECTED_ERROR)
        : List.of(LANDMARKS);
  }

  /** What a model takes. */
  static TensorMetadata inputMetadata(LoadedModel model) {
    int size = model.network().inputSizePx();
    return metadata(INPUT, ANY, 3, size, size);
  }

  /** What a model answers. */
  static List<TensorMetadata> outputMetadata(LoadedModel model) {
    int labels = model.network().outputs();
    return outputs(model).stream()
        .map(name -> metadata(name, ANY, name.equals(LANDMARKS) ? labels : labels / 2))
        .toList();
  }

  private static TensorMetadata metadata(String name, long... shape) {
    TensorMetadata.Builder metadata = TensorMetadata.newBuilder().setName(name).setDatatype(FP32);
    for (long dimension : shape) {
      metadata.addShape(dimension);
    }
    return metadata.build();
  }
}
