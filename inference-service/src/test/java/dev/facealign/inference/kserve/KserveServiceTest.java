package dev.facealign.inference.kserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.finding.LandmarkFinder;
import dev.facealign.inference.fixture.OnnxFile;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.v1.CertaintyCalibration;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.PromoteModelRequest;
import dev.facealign.v1.kserve.GRPCInferenceServiceGrpc;
import dev.facealign.v1.kserve.InferParameter;
import dev.facealign.v1.kserve.InferTensorContents;
import dev.facealign.v1.kserve.ModelInferRequest;
import dev.facealign.v1.kserve.ModelInferRequest.InferInputTensor;
import dev.facealign.v1.kserve.ModelInferRequest.InferRequestedOutputTensor;
import dev.facealign.v1.kserve.ModelInferResponse;
import dev.facealign.v1.kserve.ModelMetadataRequest;
import dev.facealign.v1.kserve.ModelMetadataResponse;
import dev.facealign.v1.kserve.ModelReadyRequest;
import dev.facealign.v1.kserve.ServerLiveRequest;
import dev.facealign.v1.kserve.ServerMetadataRequest;
import dev.facealign.v1.kserve.ServerReadyRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The protocol's service as its clients meet it: the whole service with a real broker and store.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KserveServiceTest {
  private static final int SIDE = TestModels.INPUT_PX;
  private static final int CROP = 3 * SIDE * SIDE;
  private static final int LABELS = 2 * TestModels.POINTS;

  private EmbeddedBroker broker;
  private Path artifacts;
  private RunningService service;
  private ModelManifest colours;
  private ModelManifest sure;
  private ModelManifest older;

  @BeforeAll
  void start(@TempDir Path folder) {
    artifacts = folder;
    broker = EmbeddedBroker.startTemporary();
    // Batches must not depend on how fast the machine is.
    service =
        RunningService.start(
            broker.bootstrapServers(),
            artifacts,
            Map.of("facealign.inference.batch.max-run", "10s"));
    colours = announce("colours", OnnxFile.meanColours(SIDE, LABELS), manifest -> {});
    older =
        announce(
            "sure",
            OnnxFile.constant(SIDE, TestModels.labels(0.3)),
            manifest -> manifest.setCreatedAt(Timestamps.fromMillis(1_600_000_000_000L)));
    float[] errors = new float[TestModels.POINTS];
    Arrays.fill(errors, 0.05f);
    errors[3] = Float.NaN;
    errors[4] = Float.POSITIVE_INFINITY;
    errors[5] = 0;
    sure =
        announce(
            "sure",
            OnnxFile.constantWithErrors(SIDE, TestModels.labels(0.4), errors),
            manifest -> manifest.setCertainty(CertaintyCalibration.newBuilder().setSlope(1)));
  }

  @AfterAll
  void stop() {
    service.close();
    broker.close();
  }

  @Test
  void tellsWhatItIsAndWhatIsReady() {
    assertThat(stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(stub().serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("facealign");
    assertThat(ready("sure", "")).isTrue();
    assertThat(ready(sure.getVersion().substring(0, 8), "")).isTrue();
    assertThat(ready("sure", older.getVersion())).isTrue();
    assertThat(ready("", "")).as("there is no champion").isFalse();
    assertThat(ready("nobody", "")).isFalse();
    assertThat(ready("colours", older.getVersion())).as("a version of another name").isFalse();
  }

  @Test
  void describesWhatAModelTakesAndAnswers() {
    // When
    ModelMetadataResponse metadata =
        stub().modelMetadata(ModelMetadataRequest.newBuilder().setName("sure").build());

    // Then
    assertThat(metadata.getName()).isEqualTo("sure");
    assertThat(metadata.getVersionsList()).containsExactly(sure.getVersion(), older.getVersion());
    assertThat(metadata.getPlatform()).isEqualTo("onnx_onnxv1");
    assertThat(metadata.getInputsList()).hasSize(1);
    assertThat(metadata.getInputs(0).getName()).isEqualTo("input");
    assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("FP32");
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 3L, 32L, 32L);
    assertThat(metadata.getOutputsList())
        .extracting(output -> output.getName() + output.getShapeList())
        .containsExactly("landmarks[-1, 136]", "expected_error[-1, 68]");
    assertThat(metadata.getPropertiesMap())
        .containsEntry("version", sure.getVersion())
        .containsEntry("scheme", "68")
        .containsEntry("precision", "FLOAT32")
        .containsEntry("crop_policy", "CROP_POLICY_SQUARE_V1");

    // And of a version that tells no errors
    assertThat(
            stub()
                .modelMetadata(
                    ModelMetadataRequest.newBuilder()
                        .setName("sure")
                        .setVersion(older.getVersion().substring(0, 12))
                        .build())
                .getOutputsList())
        .hasSize(1);
  }

  @Test
  void answersEachFaceInItsRowWhicheverFormTheValuesHave() {
    // Given three crops of different colours, for a model that tells their means
    float[] values = new float[3 * CROP];
    for (int face = 0; face < 3; face++) {
      for (int plane = 0; plane < 3; plane++) {
        int from = face * CROP + plane * SIDE * SIDE;
        Arrays.fill(values, from, from + SIDE * SIDE, 0.1f * (3 * face + plane + 1));
      }
    }

    // When
    ModelInferResponse typed = stub().modelInfer(typed("colours", values).setId("mine").build());
    ModelInferResponse raw = stub().modelInfer(raw("colours", values).build());

    // Then
    assertThat(typed.getModelName()).isEqualTo("colours");
    assertThat(typed.getModelVersion()).isEqualTo(colours.getVersion());
    assertThat(typed.getId()).isEqualTo("mine");
    assertThat(typed.getOutputsList()).hasSize(1);
    assertThat(typed.getOutputs(0).getName()).isEqualTo("landmarks");
    assertThat(typed.getOutputs(0).getDatatype()).isEqualTo("FP32");
    assertThat(typed.getOutputs(0).getShapeList()).containsExactly(3L, (long) LABELS);
    assertThat(typed.getRawOutputContentsList()).isEmpty();
    List<Float> labels = typed.getOutputs(0).getContents().getFp32ContentsList();
    assertThat(labels).hasSize(3 * LABELS);
    for (int face = 0; face < 3; face++) {
      for (int plane = 0; plane < 3; plane++) {
        assertThat(labels.get(face * LABELS + plane))
            .isCloseTo(0.1f * (3 * face + plane + 1), Offset.offset(1e-5f));
      }
    }
    assertThat(raw.getOutputs(0).hasContents()).isFalse();
    assertThat(floats(raw.getRawOutputContents(0))).isEqualTo(labels);
  }

  @Test
  void answersTheOutputsThatAreWantedInTheirOrder() {
    // When
    ModelInferResponse all = stub().modelInfer(raw("sure", new float[CROP]).build());
    ModelInferResponse turned =
        stub()
            .modelInfer(
                raw("sure", new float[CROP])
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("expected_error"))
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("landmarks"))
                    .build());

    // Then
    assertThat(all.getOutputsList())
        .extracting(ModelInferResponse.InferOutputTensor::getName)
        .containsExactly("landmarks", "expected_error");
    assertThat(turned.getOutputsList())
        .extracting(ModelInferResponse.InferOutputTensor::getName)
        .containsExactly("expected_error", "landmarks");
    assertThat(turned.getRawOutputContents(0)).isEqualTo(all.getRawOutputContents(1));
    List<Float> errors = floats(turned.getRawOutputContents(0));
    assertThat(errors).hasSize(TestModels.POINTS).startsWith(0.05f, 0.05f, 0.05f);
    assertThat(errors.subList(3, 6)).as("no numbers: not told").containsOnly(-1f);
  }

  @Test
  void namesAModelByAliasNameVersionOrPrefix() {
    // Given an alias
    service
        .models()
        .promoteModel(
            PromoteModelRequest.newBuilder()
                .setModel(older.getVersion())
                .setAlias("steady")
                .build());

    // Then
    assertThat(answering("sure", "")).as("the newest").isEqualTo(sure.getVersion());
    assertThat(answering("sure", older.getVersion())).isEqualTo(older.getVersion());
    assertThat(answering("sure", older.getVersion().substring(0, 9))).isEqualTo(older.getVersion());
    assertThat(answering("steady", "")).isEqualTo(older.getVersion());
    assertThat(answering("steady", older.getVersion())).isEqualTo(older.getVersion());
    assertThat(answering(older.getVersion().substring(0, 10), "")).isEqualTo(older.getVersion());
  }

  @Test
  void facesShareTheBatchesOfAllCallers() {
    // Given
    long before = service.batches();

    // When one call brings 32 faces
    stub().modelInfer(raw("sure", new float[32 * CROP]).build());

    // Then
    // Full batches of 8 first, then what is left in shares for all threads
    assertThat(service.batches() - before).isBetween(4L, 16L);
    assertThat(service.count("facealign.inference.requests", "rpc", "ModelInfer", "outcome", "ok"))
        .isPositive();
  }

  static Stream<Arguments> badRequests() {
    float[] one = new float[CROP];
    float[] bright = new float[2 * CROP];
    bright[CROP + SIDE * SIDE + 3 * SIDE + 7] = 128;
    float[] none = new float[CROP];
    none[5] = Float.NaN;
    return Stream.of(
        bad("no input", request -> request.clearInputs(), "inputs", "0 tensors"),
        bad("two inputs", r -> r.addInputs(r.getInputs(0)), "inputs", "2 tensors"),
        bad("another input", input(i -> i.setName("x")), "inputs[0].name", "x"),
        bad("another type", input(i -> i.setDatatype("UINT8")), "input.datatype", "UINT8"),
        bad("no type", input(i -> i.clearDatatype()), "input.datatype", "FP32"),
        bad("no shape", input(i -> i.clearShape()), "input.shape", "[N, 3, 32, 32]"),
        bad("no face", input(i -> i.setShape(0, 0)), "input.shape", "[0, 3, 32, 32]"),
        bad("fewer than none", input(i -> i.setShape(0, -1)), "input.shape", "[-1, 3, 32, 32]"),
        bad("too many faces", input(i -> i.setShape(0, 65)), "input.shape", "N from 1 to 64"),
        bad(
            "more than can be",
            input(i -> i.setShape(0, Long.MAX_VALUE)),
            "input.shape",
            "9223372036854775807"),
        bad("four planes", input(i -> i.setShape(1, 4)), "input.shape", "[1, 4, 32, 32]"),
        bad("another size", input(i -> i.setShape(3, 112)), "input.shape", "[1, 3, 32, 112]"),
        bad(
            "fewer values than the shape says",
            input(i -> i.setShape(0, 2)),
            "raw_input_contents[0]",
            "3072 numbers (expected: 6144"),
        bad(
            "half a number",
            r -> r.setRawInputContents(0, ByteString.copyFrom(new byte[7])),
            "raw_input_contents[0]",
            "7 bytes"),
        bad(
            "raw values of two tensors",
            r -> r.addRawInputContents(r.getRawInputContents(0)),
            "raw_input_contents",
            "2 tensors"),
        bad("values twice", input(i -> i.setContents(fp32(one))), "input.contents", "values"),
        bad("no values", r -> r.clearRawInputContents(), "input.contents.fp32_contents", "0 num"),
        bad(
            "values of another type",
            r -> {
              r.clearRawInputContents();
              r.getInputsBuilder(0)
                  .setContents(InferTensorContents.newBuilder().addUintContents(3));
            },
            "input.contents",
            "another type"),
        bad(
            "0 to 255",
            r -> {
              r.setRawInputContents(0, bytes(bright));
              r.getInputsBuilder(0).setShape(0, 2);
            },
            "input[1, 1, 3, 7]",
            "128.0 (expected: 0 to 1"),
        bad(
            "a value that is none",
            r -> r.setRawInputContents(0, bytes(none)),
            "input[0, 0, 0, 5]",
            "NaN"),
        bad("an unknown output", output("heatmap"), "outputs[0].name", "heatmap"),
        bad("an output twice", output("landmarks", "landmarks"), "outputs[1].name", "once"),
        bad(
            "an output that this model has not",
            r -> output("expected_error").accept(r.setModelName("colours")),
            "outputs[0].name",
            "an output of this model: [landmarks]"),
        bad("a long id", r -> r.setId("x".repeat(257)), "id", "257"),
        bad("a long name", r -> r.setModelName("x".repeat(257)), "model_name", "257"),
        bad("a number for a version", r -> r.setModelVersion("1"), "version", "1 (expected: 8 to"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void refusesByNameWhatDoesNotFit(
      String what, Consumer<ModelInferRequest.Builder> change, String field, String named) {
    // Given
    ModelInferRequest.Builder request = raw("sure", new float[CROP]);
    change.accept(request);

    // When
    StatusRuntimeException error = refused(request);

    // Then
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription()).contains(named).contains("(expected: ");
    assertThat(detail(error, BadRequest.class).getFieldViolations(0).getField()).isEqualTo(field);
  }

  @Test
  void refusesWhatIsNotThereAndWhatIsNotServed() {
    assertThat(refused(raw("nobody", new float[CROP])).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(
            refused(raw("colours", new float[CROP]).setModelVersion(sure.getVersion()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refused(raw("", new float[CROP])).getStatus().getCode())
        .as("there is no champion")
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    StatusRuntimeException shared =
        refused(
            raw("sure", new float[CROP])
                .setInputs(
                    0,
                    tensor(1)
                        .putParameters(
                            "shared_memory_region", InferParameter.getDefaultInstance())));
    assertThat(shared.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(shared.getStatus().getDescription()).contains("shared_memory_region");
    assertThat(
            code(
                () ->
                    stub()
                        .modelMetadata(
                            ModelMetadataRequest.newBuilder().setName("nobody").build())))
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  /** FAULTS row 10. */
  @Test
  void anAnswerThatIsNotFiniteNeverLeaves() {
    // Given a model that answers NaN for dark crops
    announce("fragile", OnnxFile.nanWhenDark(SIDE, TestModels.labels(0.4)), manifest -> {});
    float[] light = new float[CROP];
    Arrays.fill(light, 0.5f);
    float[] both = Arrays.copyOf(light, 2 * CROP);

    // When / Then the face is named, and the other caller's is answered
    StatusRuntimeException error = refused(raw("fragile", both));
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(error.getStatus().getDescription()).contains("face 1", "NaN");
    assertThat(stub().modelInfer(raw("fragile", light).build()).getOutputsCount()).isEqualTo(1);
  }

  /** FAULTS rows 8 and 9. */
  @Test
  void isRefusedWhenTheQueueIsFullAndDroppedWhenItsCallerIsGone() {
    // Given a service with room for 12 faces, one at a time, and a slow model
    try (RunningService small =
        RunningService.start(
            broker.bootstrapServers(),
            artifacts,
            Map.of(
                "facealign.inference.batch.max-size",
                1,
                "facealign.inference.batch.queue-capacity",
                12))) {
      announce("slow", OnnxFile.slow(SIDE, 200, TestModels.labels(0.4)), manifest -> {});
      GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub =
          GRPCInferenceServiceGrpc.newBlockingStub(small.channel());
      ModelInferRequest one = raw("slow", new float[CROP]).build();
      stub.modelInfer(one);

      // When more is asked for than there is room for
      StatusRuntimeException full =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stub.modelInfer(raw("slow", new float[13 * CROP]).build()));

      // Then
      assertThat(full.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(detail(full, RetryInfo.class).hasRetryDelay()).isTrue();
      assertThat(detail(full, ErrorInfo.class).getReason()).isEqualTo("QUEUE_FULL");

      // And when a caller goes while its faces wait behind others
      long before = small.batches();
      List<Object> told = new CopyOnWriteArrayList<>();
      GRPCInferenceServiceGrpc.newStub(small.channel())
          .modelInfer(raw("slow", new float[10 * CROP]).build(), collecting(told));
      await().until(() -> small.batches() > before);
      Context.CancellableContext going = Context.current().withCancellation();
      going.run(
          () ->
              GRPCInferenceServiceGrpc.newStub(small.channel())
                  .modelInfer(one, collecting(new ArrayList<>())));
      await().until(() -> small.bean(LandmarkFinder.class).open() == 2);
      going.cancel(null);
      StatusRuntimeException late =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stub.withDeadlineAfter(1, TimeUnit.MILLISECONDS).modelInfer(one));

      // Then they are never run
      await().until(() -> small.bean(LandmarkFinder.class).open() == 0);
      assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(told).hasSize(1).first().isInstanceOf(ModelInferResponse.class);
      assertThat(small.batches() - before).isEqualTo(10);
      assertThat(
              small.count(
                  "facealign.inference.requests", "rpc", "ModelInfer", "outcome", "cancelled"))
          .isPositive();
    }
  }

  private ModelManifest announce(String name, byte[] onnx, Consumer<ModelManifest.Builder> change) {
    return service.announce(TestModels.publish(service.store(), name, onnx, change));
  }

  private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(service.channel())
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private boolean ready(String name, String version) {
    return stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(name).setVersion(version).build())
        .getReady();
  }

  private String answering(String name, String version) {
    return stub()
        .modelInfer(raw(name, new float[CROP]).setModelVersion(version).build())
        .getModelVersion();
  }

  private StatusRuntimeException refused(ModelInferRequest.Builder request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> stub().modelInfer(request.build()));
  }

  private static Status.Code code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call).getStatus().getCode();
  }

  private static ModelInferRequest.Builder raw(String model, float[] values) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(tensor(values.length / CROP))
        .addRawInputContents(bytes(values));
  }

  private static ModelInferRequest.Builder typed(String model, float[] values) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(tensor(values.length / CROP).setContents(fp32(values)));
  }

  private static InferInputTensor.Builder tensor(int faces) {
    return InferInputTensor.newBuilder()
        .setName("input")
        .setDatatype("FP32")
        .addAllShape(List.of((long) faces, 3L, (long) SIDE, (long) SIDE));
  }

  private static InferTensorContents fp32(float[] values) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float value : values) {
      contents.addFp32Contents(value);
    }
    return contents.build();
  }

  private static ByteString bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private static List<Float> floats(ByteString bytes) {
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Float> floats = new ArrayList<>();
    while (buffer.hasRemaining()) {
      floats.add(buffer.getFloat());
    }
    return floats;
  }

  private static StreamObserver<ModelInferResponse> collecting(List<Object> told) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ModelInferResponse response) {
        told.add(response);
      }

      @Override
      public void onError(Throwable failure) {
        told.add(failure);
      }

      @Override
      public void onCompleted() {}
    };
  }

  private static Consumer<ModelInferRequest.Builder> input(
      Consumer<InferInputTensor.Builder> change) {
    return request -> change.accept(request.getInputsBuilder(0));
  }

  private static Consumer<ModelInferRequest.Builder> output(String... names) {
    return request -> {
      for (String name : names) {
        request.addOutputs(InferRequestedOutputTensor.newBuilder().setName(name));
      }
    };
  }

  private static Arguments bad(
      String what, Consumer<ModelInferRequest.Builder> change, String field, String named) {
    return Arguments.of(what, change, field, named);
  }

  private static <T extends Message> T detail(StatusRuntimeException error, Class<T> type) {
    try {
      for (Any any : StatusProto.fromThrowable(error).getDetailsList()) {
        if (any.is(type)) {
          return any.unpack(type);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + error);
  }
}
