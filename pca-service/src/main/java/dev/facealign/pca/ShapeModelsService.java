package dev.facealign.pca;

import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.platform.grpc.EndlessStreams;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.GetShapeModelRequest;
import dev.facealign.v1.ListShapeModelsRequest;
import dev.facealign.v1.ListShapeModelsResponse;
import dev.facealign.v1.ShapeModel;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.SmoothRequest;
import dev.facealign.v1.SmoothResponse;
import dev.facealign.v1.WatchShapeModelsRequest;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** {@code facealign.v1.ShapeModels}. */
@Singleton
final class ShapeModelsService extends ShapeModelsGrpc.ShapeModelsImplBase {

  private static final int MESSAGES_WAITING = 16;

  private final FitQueue fits;
  private final StoredShapeModels stored;
  private final KnownShapeModels known;
  private final Smoothing smoothing;
  private final EndlessStreams watches;

  ShapeModelsService(
      FitQueue fits,
      StoredShapeModels stored,
      KnownShapeModels known,
      Smoothing smoothing,
      EndlessStreams watches) {
    this.fits = fits;
    this.stored = stored;
    this.known = known;
    this.smoothing = smoothing;
    this.watches = watches;
  }

  @Override
  public void fitShapeModel(
      FitShapeModelRequest request, StreamObserver<FitShapeModelProgress> observer) {
    FitSettings settings = FitSettings.of(request);
    fits.submit(settings, ServerStream.over(observer, MESSAGES_WAITING));
  }

  @Override
  public void getShapeModel(GetShapeModelRequest request, StreamObserver<ShapeModel> observer) {
    observer.onNext(stored.read(request.getVersion()).message());
    observer.onCompleted();
  }

  @Override
  public void listShapeModels(
      ListShapeModelsRequest request, StreamObserver<ListShapeModelsResponse> observer) {
    observer.onNext(
        ListShapeModelsResponse.newBuilder().addAllShapeModels(known.newestFirst()).build());
    observer.onCompleted();
  }

  @Override
  public void watchShapeModels(
      WatchShapeModelsRequest request, StreamObserver<ShapeModelSummary> observer) {
    ServerStream<ShapeModelSummary> stream = ServerStream.over(observer, MESSAGES_WAITING);
    ShapeModelWatch watch = new ShapeModelWatch(known, stream);
    watch.start();
    watches.add(stream, watch::stop);
  }

  @Override
  public void smooth(SmoothRequest request, StreamObserver<SmoothResponse> observer) {
    observer.onNext(smoothing.smooth(request));
    observer.onCompleted();
  }
}
