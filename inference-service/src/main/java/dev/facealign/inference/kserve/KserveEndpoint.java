package dev.facealign.inference.kserve;

import com.google.rpc.Code;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.QueueFullException;
import dev.facealign.inference.finding.LabelAnswer;
import dev.facealign.inference.finding.LandmarkFinder;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.inference.model.ServingModels;
import dev.facealign.inference.picture.PictureSettings;
import dev.facealign.inference.stream.Refusal;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.kserve.GRPCInferenceServiceGrpc;
import dev.facealign.v1.kserve.ModelInferRequest;
import dev.facealign.v1.kserve.ModelInferResponse;
import dev.facealign.v1.kserve.ModelMetadataRequest;
import dev.facealign.v1.kserve.ModelMetadataResponse;
import dev.facealign.v1.kserve.ModelReadyRequest;
import dev.facealign.v1.kserve.ModelReadyResponse;
import dev.facealign.v1.kserve.ServerLiveRequest;
import dev.facealign.v1.kserve.ServerLiveResponse;
import dev.facealign.v1.kserve.ServerMetadataRequest;
import dev.facealign.v1.kserve.ServerMetadataResponse;
import dev.facealign.v1.kserve.ServerReadyRequest;
import dev.facealign.v1.kserve.ServerReadyResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The gRPC service inference.GRPCInferenceService. */
@Singleton
public final class KserveEndpoint extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private static final String MODEL_INFER = "ModelInfer";
  private static final String NAME = "facealign";
  // Of the protocol's list of platforms.
  private static final String PLATFORM = "onnx_onnxv1";

  private final LandmarkFinder finder;
  private final ServingModels models;
  private final ModelRegistry registry;
  private final Readiness readiness;
  private final InferenceMetrics metrics;
  private final int maxFaces;

  KserveEndpoint(
      LandmarkFinder finder,
      ServingModels models,
      ModelRegistry registry,
      Readiness readiness,
      PictureSettings pictures,
      InferenceMetrics metrics) {
    this.finder = finder;
    this.models = models;
    this.registry = registry;
    this.readiness = readiness;
    this.metrics = metrics;
    this.maxFaces = pictures.maxFaces();
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> response) {
    send(response, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> response) {
    send(response, ServerReadyResponse.newBuilder().setReady(readiness.ready()).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> response) {
    ServerMetadataResponse.Builder metadata = ServerMetadataResponse.newBuilder().setName(NAME);
    String version = KserveEndpoint.class.getPackage().getImplementationVersion();
    if (version != null) {
      metadata.setVersion(version);
    }
    send(response, metadata.build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> response) {
    tolerateLeavers(response);
    CompletableFuture<?> unused =
        use(request.getName(), request.getVersion(), model -> readiness.ready())
            // A model that is not there, or cannot be loaded, is not ready.
            .exceptionally(KserveEndpoint::notReadyOrDefect)
            .whenComplete(
                (ready, failure) ->
                    settle(
                        ready == null
                            ? null
                            : ModelReadyResponse.newBuilder().setReady(ready).build(),
                        failure,
                        response));
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> response) {
    tolerateLeavers(response);
    CompletableFuture<?> unused =
        use(request.getName(), request.getVersion(), this::describe)
            .whenComplete((metadata, failure) -> settle(metadata, failure, response));
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> response) {
    long began = System.nanoTime();
    Context context = Context.current();
    tolerateLeavers(response);
    InferQuery query;
    try {
      requireReady();
      finder.requireRoom();
      query =
          new InferQuery(
              ModelChoice.reference(
                  registry.state(), request.getModelName(), request.getModelVersion()),
              request,
              maxFaces);
    } catch (FaultException | QueueFullException e) {
      answered(settle(null, e, response), began);
      return;
    }
    String id = request.getId();
    CompletableFuture<?> unused =
        finder
            .label(query, context::isCancelled)
            .thenApply((LabelAnswer answer) -> InferResponses.answered(id, query, answer))
            .whenComplete((answer, failure) -> answered(settle(answer, failure, response), began));
  }

  private void answered(Code outcome, long beganNanos) {
    metrics.answered(MODEL_INFER, outcome.name(), System.nanoTime() - beganNanos);
  }

  /** Takes a model into use for a moment. */
  private <T> CompletableFuture<T> use(
      String name, String version, Function<LoadedModel, T> question) {
    String reference;
    try {
      reference = ModelChoice.reference(registry.state(), name, version);
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return models
        .acquire(reference)
        .thenApply(
            lease -> {
              try (lease) {
                return question.apply(lease.model());
              }
            });
  }

  private ModelMetadataResponse describe(LoadedModel model) {
    RegistryState state = registry.state();
    ModelManifest manifest = model.manifest();
    return ModelMetadataResponse.newBuilder()
        .setName(manifest.getName())
        .addAllVersions(ModelChoice.versionsOf(state, manifest.getName()))
        .setPlatform(PLATFORM)
        .addInputs(Tensors.inputMetadata(model))
        .addAllOutputs(Tensors.outputMetadata(model))
        .putProperties("version", manifest.getVersion())
        .putProperties("scheme", manifest.getScheme())
        .putProperties("crop_policy", manifest.getCropPolicy().name())
        .putProperties("precision", model.precision().name())
        .putProperties("label_convention", manifest.getLabelConvention().name())
        .build();
  }

  private static boolean notReadyOrDefect(Throwable failure) {
    Code code = Refusal.of(failure).code();
    if (code == Code.INVALID_ARGUMENT || code == Code.INTERNAL) {
      throw new java.util.concurrent.CompletionException(failure);
    }
    return false;
  }

  private void requireReady() {
    if (!readiness.ready()) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE, "NOT_READY", "the service is not ready: " + readiness.unmet());
    }
  }

  /** Ends a call with an answer, or else with what the failure means. */
  private static <T> Code settle(
      @Nullable T answer, @Nullable Throwable failure, StreamObserver<T> response) {
    try {
      if (answer != null) {
        send(response, answer);
        return Code.OK;
      }
      Refusal refusal = Refusal.of(Objects.requireNonNull(failure));
      response.onError(refusal.status());
      return refusal.code();
    } catch (RuntimeException e) {
      // A future would keep it to itself, and the caller would wait for ever.
      response.onError(e);
      return Code.INTERNAL;
    }
  }

  private static <T> void send(StreamObserver<T> response, T message) {
    response.onNext(message);
    response.onCompleted();
  }

  /** Sending to a caller who has gone meanwhile throws, unless there is a handler for that. */
  private static void tolerateLeavers(StreamObserver<?> response) {
    ((ServerCallStreamObserver<?>) response).setOnCancelHandler(() -> {});
  }
}
