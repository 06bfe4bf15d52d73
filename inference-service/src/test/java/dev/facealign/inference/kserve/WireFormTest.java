package dev.facealign.inference.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.facealign.v1.kserve.GRPCInferenceServiceGrpc;
import dev.facealign.v1.kserve.InferParameter;
import dev.facealign.v1.kserve.InferTensorContents;
import dev.facealign.v1.kserve.ModelInferRequest;
import dev.facealign.v1.kserve.ModelInferResponse;
import dev.facealign.v1.kserve.ModelMetadataRequest;
import dev.facealign.v1.kserve.ModelMetadataResponse;
import dev.facealign.v1.kserve.ModelMetadataResponse.TensorMetadata;
import dev.facealign.v1.kserve.ModelReadyRequest;
import dev.facealign.v1.kserve.ModelReadyResponse;
import dev.facealign.v1.kserve.ServerLiveResponse;
import dev.facealign.v1.kserve.ServerMetadataResponse;
import dev.facealign.v1.kserve.ServerReadyResponse;
import io.grpc.MethodDescriptor;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The protocol's messages as Python stubs of its own proto file wrote them, of
 * open-inference-protocol at commit d49cc23f: a changed number or type would be noticed here before
 * a client does.
 */
class WireFormTest {
  private static final ByteString RAW = ByteString.copyFrom(new byte[] {1, 2, 3, 4});

  static Stream<Arguments> messages() {
    return Stream.of(
        message(
            ModelInferRequest.newBuilder()
                .setModelName("m")
                .setModelVersion("v")
                .setId("i")
                .putParameters("p", InferParameter.newBuilder().setDoubleParam(0.5).build())
                .addInputs(
                    ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("FP32")
                        .addAllShape(List.of(1L, 2L))
                        .putParameters("u", InferParameter.newBuilder().setUint64Param(7).build())
                        .setContents(numbers()))
                .addOutputs(
                    ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("landmarks")
                        .putParameters("b", InferParameter.newBuilder().setBoolParam(true).build()))
                .addRawInputContents(RAW)
                .build(),
            "CgFtEgF2GgFpIg4KAXASCSEAAAAAAADgPyomCgVpbnB1dBIERlAzMhoCAQIiBwoBdRICKAcqCjIIAACAPgAAQD8y"
                + "FAoJbGFuZG1hcmtzEgcKAWISAggBOgQBAgME"),
        message(
            ModelInferResponse.newBuilder()
                .setModelName("m")
                .setModelVersion("v")
                .setId("i")
                .putParameters("s", InferParameter.newBuilder().setStringParam("t").build())
                .addOutputs(
                    ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("landmarks")
                        .setDatatype("FP32")
                        .addAllShape(List.of(1L, 2L))
                        .putParameters("n", InferParameter.newBuilder().setInt64Param(3).build())
                        .setContents(numbers()))
                .addRawOutputContents(RAW)
                .build(),
            "CgFtEgF2GgFpIggKAXMSAxoBdCoqCglsYW5kbWFya3MSBEZQMzIaAgECIgcKAW4SAhADKgoyCAAAgD4AAEA/MgQB"
                + "AgME"),
        message(
            ModelMetadataResponse.newBuilder()
                .setName("m")
                .addVersions("v")
                .addVersions("w")
                .setPlatform("onnx_onnxv1")
                .addInputs(tensor("input", 3))
                .addOutputs(tensor("landmarks", 136))
                .putProperties("k", "x")
                .build(),
            "CgFtEgF2EgF3Ggtvbm54X29ubnh2MSIaCgVpbnB1dBIERlAzMhoL////////////AQMqHwoJbGFuZG1hcmtzEgRG"
                + "UDMyGgz///////////8BiAEyBgoBaxIBeA=="),
        message(
            InferTensorContents.newBuilder()
                .addBoolContents(true)
                .addIntContents(-1)
                .addInt64Contents(-2)
                .addUintContents(3)
                .addUint64Contents(4)
                .addFp32Contents(0.5f)
                .addFp64Contents(0.25)
                .addBytesContents(ByteString.copyFromUtf8("z"))
                .build(),
            "CgEBEgr///////////8BGgr+//////////8BIgEDKgEEMgQAAAA/OggAAAAAAADQP0IBeg=="),
        message(ServerLiveResponse.newBuilder().setLive(true).build(), "CAE="),
        message(ServerReadyResponse.newBuilder().setReady(true).build(), "CAE="),
        message(ModelReadyResponse.newBuilder().setReady(true).build(), "CAE="),
        message(ModelReadyRequest.newBuilder().setName("n").setVersion("v").build(), "CgFuEgF2"),
        message(ModelMetadataRequest.newBuilder().setName("n").setVersion("v").build(), "CgFuEgF2"),
        message(
            ServerMetadataResponse.newBuilder()
                .setName("n")
                .setVersion("v")
                .addExtensions("e")
                .build(),
            "CgFuEgF2GgFl"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messagesAreTheProtocols(Message message, String wire) throws Exception {
    byte[] bytes = Base64.getDecoder().decode(wire);
    assertThat(message.getParserForType().parseFrom(bytes)).isEqualTo(message);
    assertThat(message.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void methodsAreTheProtocols() {
    assertThat(GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods())
        .extracting(MethodDescriptor::getFullMethodName)
        .containsExactlyInAnyOrder(
            "inference.GRPCInferenceService/ServerLive",
            "inference.GRPCInferenceService/ServerReady",
            "inference.GRPCInferenceService/ModelReady",
            "inference.GRPCInferenceService/ServerMetadata",
            "inference.GRPCInferenceService/ModelMetadata",
            "inference.GRPCInferenceService/ModelInfer");
  }

  private static InferTensorContents numbers() {
    return InferTensorContents.newBuilder().addFp32Contents(0.25f).addFp32Contents(0.75f).build();
  }

  private static TensorMetadata tensor(String name, long dimension) {
    return TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype("FP32")
        .addShape(-1)
        .addShape(dimension)
        .build();
  }

  private static Arguments message(Message message, String wire) {
    return Arguments.of(message, wire);
  }
}
