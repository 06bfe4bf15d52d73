package dev.facealign.inference.kserve;

import com.google.protobuf.ByteString;
import dev.facealign.inference.finding.LabelAnswer;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.v1.kserve.InferTensorContents;
import dev.facealign.v1.kserve.ModelInferResponse;
import dev.facealign.v1.kserve.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes responses of answers. */
final class InferResponses {
  /**
   * In place of an expected error that the model cannot tell: numbers that are none never leave.
   */
  private static final float NOT_TOLD = -1;

  private InferResponses() {}

  /** The response to a request that was answered; in the form that the request's values had. */
  static ModelInferResponse answered(String id, InferQuery query, LabelAnswer answer) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(answer.modelName())
            .setModelVersion(answer.modelVersion())
            .setId(id);
    boolean tells = answer.faces().get(0).expectedErrors() != null;
    for (String name : query.outputs(tells)) {
      List<float[]> rows = answer.faces().stream().map(face -> row(name, face)).toList();
      InferOutputTensor.Builder output =
          InferOutputTensor.newBuilder()
              .setName(name)
              .setDatatype(Tensors.FP32)
              .addShape(rows.size())
              .addShape(rows.get(0).length);
      if (query.raw()) {
        response.addRawOutputContents(bytes(rows));
      } else {
        output.setContents(numbers(rows));
      }
      response.addOutputs(output);
    }
    return response.build();
  }

  private static float[] row(String name, NetworkAnswer face) {
    if (name.equals(Tensors.LANDMARKS)) {
      return face.labels();
    }
    float[] told = face.expectedErrors();
    if (told == null) {
      throw new IllegalStateException("the model tells no expected errors");
    }
    float[] errors = told.clone();
    for (int m = 0; m < errors.length; m++) {
      if (!(errors[m] > 0 && Float.isFinite(errors[m]))) {
        errors[m] = NOT_TOLD;
      }
    }
    return errors;
  }

  private static ByteString bytes(List<float[]> rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.size() * rows.get(0).length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float value : row) {
        bytes.putFloat(value);
      }
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static InferTensorContents numbers(List<float[]> rows) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float[] row : rows) {
      for (float value : row) {
        contents.addFp32Contents(value);
      }
    }
    return contents.build();
  }
}
