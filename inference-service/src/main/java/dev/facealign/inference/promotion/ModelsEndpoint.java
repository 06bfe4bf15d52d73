package dev.facealign.inference.promotion;

import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.inference.shadow.ShadowTraffic;
import dev.facealign.platform.grpc.EndlessStreams;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.GetShadowComparisonRequest;
import dev.facealign.v1.ListModelsRequest;
import dev.facealign.v1.ListModelsResponse;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import dev.facealign.v1.RollbackModelRequest;
import dev.facealign.v1.ShadowComparison;
import dev.facealign.v1.WatchModelsRequest;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The gRPC service Models. */
@Singleton
public final class ModelsEndpoint extends ModelsGrpc.ModelsImplBase {
  private static final int WAITING_RECORDS = 16;

  private final ModelRegistry registry;
  private final Promotions promotions;
  private final EndlessStreams streams;
  private final ShadowTraffic shadow;

  ModelsEndpoint(
      ModelRegistry registry, Promotions promotions, EndlessStreams streams, ShadowTraffic shadow) {
    this.registry = registry;
    this.promotions = promotions;
    this.streams = streams;
    this.shadow = shadow;
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> response) {
    RegistryState state = registry.state();
    ListModelsResponse.Builder list = ListModelsResponse.newBuilder();
    state.models().stream()
        .filter(
            manifest -> request.getName().isEmpty() || manifest.getName().equals(request.getName()))
        .forEach(manifest -> list.addModels(model(state, manifest)));
    response.onNext(list.build());
    response.onCompleted();
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<Model> response) {
    RegistryState state = registry.state();
    response.onNext(model(state, state.resolve(request.getModel())));
    response.onCompleted();
  }

  @Override
  public void promoteModel(PromoteModelRequest request, StreamObserver<AliasAssignment> response) {
    Optional<String> expected =
        request.hasExpectedCurrent() ? Optional.of(request.getExpectedCurrent()) : Optional.empty();
    response.onNext(
        promotions.promote(request.getModel(), request.getAlias(), expected, request.getReason()));
    response.onCompleted();
  }

  @Override
  public void rollbackModel(
      RollbackModelRequest request, StreamObserver<AliasAssignment> response) {
    response.onNext(promotions.rollback(request.getAlias(), request.getReason()));
    response.onCompleted();
  }

  @Override
  public void watchModels(WatchModelsRequest request, StreamObserver<ModelRecord> records) {
    ModelsWatch.start(ServerStream.over(records, WAITING_RECORDS), registry, streams);
  }

  @Override
  public void getShadowComparison(
      GetShadowComparisonRequest request, StreamObserver<ShadowComparison> response) {
    response.onNext(shadow.comparison());
    response.onCompleted();
  }

  private static Model model(RegistryState state, ModelManifest manifest) {
    return Model.newBuilder()
        .setManifest(manifest)
        .addAllAliases(state.aliasesOf(manifest.getVersion()))
        .build();
  }
}
