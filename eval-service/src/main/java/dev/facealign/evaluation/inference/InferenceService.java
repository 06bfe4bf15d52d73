package dev.facealign.evaluation.inference;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
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
import io.grpc.protobuf.StatusProto;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The inference service, as a caller sees it. Its refusals become faults of the same kind. */
@Singleton
public final class InferenceService implements AutoCloseable {

  /** The alias of the model that serves whoever names none. */
  public static final String CHAMPION = "champion";

  private final InferenceSettings settings;
  private final ManagedChannel channel;

  InferenceService(InferenceSettings settings) {
    this.settings = settings;
    this.channel =
        Grpc.newChannelBuilder(settings.address(), InsecureChannelCredentials.create()).build();
  }

  /** For streams of pictures. */
  LandmarksGrpc.LandmarksStub landmarks() {
    return LandmarksGrpc.newStub(channel);
  }

  InferenceSettings settings() {
    return settings;
  }

  /**
   * A model by alias, version, prefix or name.
   *
   * @throws FaultException NOT_FOUND, FAILED_PRECONDITION (no champion yet), INVALID_ARGUMENT, as
   *     the inference service says; UNAVAILABLE where it cannot be reached
   */
  public Model model(String reference) {
    try {
      return models(settings.callTimeout())
          .getModel(GetModelRequest.newBuilder().setModel(reference).build());
    } catch (StatusRuntimeException e) {
      throw fault(e);
    }
  }

  /** The champion; empty where none was promoted yet. */
  public Optional<Model> champion() {
    try {
      return Optional.of(model(CHAMPION));
    } catch (FaultException e) {
      if (e.kind() == FaultKind.NOT_FOUND || e.kind() == FaultKind.FAILED_PRECONDITION) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Makes a version champion.
   *
   * @param expectedCurrent the version that must be champion now; empty: there must be none
   * @throws FaultException CONFLICT where another is; FAILED_PRECONDITION where the version cannot
   *     serve
   */
  public void promote(String version, String expectedCurrent, String reason) {
    PromoteModelRequest request =
        PromoteModelRequest.newBuilder()
            .setModel(version)
            .setAlias(CHAMPION)
            .setExpectedCurrent(expectedCurrent)
            .setReason(reason)
            .build();
    try {
      models(settings.promoteTimeout()).promoteModel(request);
    } catch (StatusRuntimeException e) {
      throw fault(e);
    }
  }

  private ModelsGrpc.ModelsBlockingStub models(Duration timeout) {
    return ModelsGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What a status of the inference service means here. */
  FaultException fault(StatusRuntimeException e) {
    FaultKind kind = kind(e.getStatus().getCode());
    String reason =
        reason(e).orElse("INFERENCE_" + (kind == FaultKind.UNAVAILABLE ? "UNAVAILABLE" : kind));
    String said = String.valueOf(e.getStatus().getDescription());
    String message =
        kind == FaultKind.UNAVAILABLE
            ? "inference-service at "
                + settings.address()
                + ": "
                + e.getStatus().getCode()
                + ", "
                + said
            : said;
    return FaultException.of(kind, reason, message, e);
  }

  private static FaultKind kind(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> FaultKind.INVALID_ARGUMENT;
      case NOT_FOUND -> FaultKind.NOT_FOUND;
      case ALREADY_EXISTS -> FaultKind.ALREADY_EXISTS;
      case ABORTED -> FaultKind.CONFLICT;
      case FAILED_PRECONDITION -> FaultKind.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> FaultKind.RESOURCE_EXHAUSTED;
      case DATA_LOSS -> FaultKind.DATA_LOSS;
      case UNIMPLEMENTED -> FaultKind.UNIMPLEMENTED;
      default -> FaultKind.UNAVAILABLE;
    };
  }

  private static Optional<String> reason(StatusRuntimeException e) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    if (status == null) {
      return Optional.empty();
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return Optional.of(detail.unpack(ErrorInfo.class).getReason());
        } catch (InvalidProtocolBufferException broken) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  @Override
  @PreDestroy
  public void close() {
    channel.shutdownNow();
  }
}
