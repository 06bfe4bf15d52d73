package dev.facealign.evaluation.inference;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.evaluation.measure.Prediction;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Calls the inference service. Its statuses become faults with the same meaning. */
@Singleton
public final class InferenceClient implements AutoCloseable {
  private static final int MOST_BYTES = 16 << 20;

  private final InferenceSettings settings;
  private final ManagedChannel channel;

  InferenceClient(InferenceSettings settings) {
    this.settings = settings;
    this.channel =
        Grpc.newChannelBuilder(settings.address(), InsecureChannelCredentials.create())
            .maxInboundMessageSize(MOST_BYTES)
            .build();
  }

  /**
   * A model by alias, version, prefix or name.
   *
   * @throws FaultException NOT_FOUND
   */
  public Model model(String model) {
    try {
      return models().getModel(GetModelRequest.newBuilder().setModel(model).build());
    } catch (StatusRuntimeException e) {
      throw fault(e);
    }
  }

  /** The champion, or empty where no model was promoted yet. */
  public Optional<Model> champion() {
    try {
      return Optional.of(model("champion"));
    } catch (FaultException e) {
      if (e.kind() == FaultKind.NOT_FOUND || e.kind() == FaultKind.FAILED_PRECONDITION) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Makes a model champion.
   *
   * @param expectedCurrent version that must be champion now; empty: none must be
   * @throws FaultException CONFLICT where another one is
   */
  public AliasAssignment promote(String version, String expectedCurrent, String reason) {
    try {
      return models()
          .promoteModel(
              PromoteModelRequest.newBuilder()
                  .setModel(version)
                  .setExpectedCurrent(expectedCurrent)
                  .setReason(reason)
                  .build());
    } catch (StatusRuntimeException e) {
      throw fault(e);
    }
  }

  /**
   * Predicts the landmarks of a dataset's faces with one version of a model, on one stream.
   *
   * @param progress told the number of faces answered, on the calling thread
   * @return one prediction a face, in the dataset's order
   * @throws FaultException what ended the stream
   * @throws InterruptedException if interrupted; the stream is cancelled
   */
  public List<Prediction> predict(
      FaceDataset dataset, String version, BoxSource boxes, IntConsumer progress)
      throws InterruptedException {
    PredictionStream stream = new PredictionStream(dataset, version, boxes, settings.window());
    try {
      return stream.run(LandmarksGrpc.newStub(channel), progress);
    } catch (StatusRuntimeException e) {
      throw fault(e);
    }
  }

  private ModelsGrpc.ModelsBlockingStub models() {
    return ModelsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(settings.deadline().toMillis(), TimeUnit.MILLISECONDS);
  }

  static FaultException fault(StatusRuntimeException e) {
    FaultKind kind =
        switch (e.getStatus().getCode()) {
          case INVALID_ARGUMENT, OUT_OF_RANGE -> FaultKind.INVALID_ARGUMENT;
          case NOT_FOUND -> FaultKind.NOT_FOUND;
          case ALREADY_EXISTS -> FaultKind.ALREADY_EXISTS;
          case ABORTED -> FaultKind.CONFLICT;
          case FAILED_PRECONDITION -> FaultKind.FAILED_PRECONDITION;
          case RESOURCE_EXHAUSTED -> FaultKind.RESOURCE_EXHAUSTED;
          case DATA_LOSS -> FaultKind.DATA_LOSS;
          case UNIMPLEMENTED -> FaultKind.UNIMPLEMENTED;
          default -> FaultKind.UNAVAILABLE;
        };
    String what = e.getStatus().getDescription();
    String message =
        kind == FaultKind.UNAVAILABLE
            ? "inference-service: " + e.getStatus().getCode() + (what == null ? "" : ", " + what)
            : String.valueOf(what);
    return FaultException.of(kind, "INFERENCE_" + e.getStatus().getCode(), message, e);
  }

  static FaultException fault(int code, String message) {
    return fault(Status.fromCodeValue(code).withDescription(message).asRuntimeException());
  }

  @Override
  @PreDestroy
  public void close() {
    channel.shutdownNow();
  }
}
