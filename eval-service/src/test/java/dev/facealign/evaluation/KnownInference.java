package dev.facealign.evaluation;

import dev.facealign.dataset.FaceDataset;
import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.DetectError;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.Model;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.PromoteModelRequest;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real gRPC server that answers as inference-service does, with predictions that are known: the
 * truth, moved to the right by a share of the eye corners' distance that depends on the model. So a
 * model's NME is that share.
 */
final class KnownInference implements AutoCloseable {
  private final FaceDataset faces;
  private final Map<String, Double> nmeByVersion;
  private final Server server;
  private final Set<String> askedBefore = ConcurrentHashMap.newKeySet();
  final AtomicInteger predictions = new AtomicInteger();
  volatile @Nullable String champion;
  volatile Set<Integer> unreadable = Set.of();
  volatile Set<Integer> notANumber = Set.of();
  volatile Set<Integer> busyAtFirst = Set.of();

  KnownInference(FaceDataset faces, Map<String, Double> nmeByVersion) throws IOException {
    this.faces = faces;
    this.nmeByVersion = nmeByVersion;
    this.server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new KnownLandmarks())
            .addService(new KnownModels())
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class KnownLandmarks extends LandmarksGrpc.LandmarksImplBase {
    @Override
    public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(DetectRequest request) {
          answers.onNext(answer(request));
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private DetectResponse answer(DetectRequest request) {
    int index = Integer.parseInt(request.getTag());
    DetectResponse.Builder answer =
        DetectResponse.newBuilder().setTag(request.getTag()).setModelVersion(request.getModel());
    if (busyAtFirst.contains(index) && askedBefore.add(request.getTag())) {
      return answer.setError(error(Status.Code.RESOURCE_EXHAUSTED, "QUEUE_FULL")).build();
    }
    if (unreadable.contains(index)) {
      return answer.setError(error(Status.Code.INVALID_ARGUMENT, "IMAGE_UNREADABLE")).build();
    }
    predictions.incrementAndGet();
    Landmarks truth = faces.faces().get(index).landmarks();
    double share = nmeByVersion.getOrDefault(request.getModel(), Double.NaN);
    double dx = share * truth.distance(36, 45);
    Face.Builder face = Face.newBuilder();
    for (int m = 0; m < truth.count(); m++) {
      face.addLandmarks(
          Landmark.newBuilder()
              .setX(notANumber.contains(index) ? Float.NaN : (float) (truth.x(m) + dx))
              .setY((float) truth.y(m)));
    }
    return answer.addFaces(face).build();
  }

  private static DetectError error(Status.Code code, String reason) {
    return DetectError.newBuilder()
        .setCode(code.value())
        .setReason(reason)
        .setMessage("told to")
        .build();
  }

  private final class KnownModels extends ModelsGrpc.ModelsImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<Model> answer) {
      String version = request.getModel().equals("champion") ? champion : request.getModel();
      if (version == null || !nmeByVersion.containsKey(version)) {
        answer.onError(
            Status.NOT_FOUND
                .withDescription("model: " + request.getModel() + " (expected: a published model)")
                .asRuntimeException());
        return;
      }
      answer.onNext(
          Model.newBuilder()
              .setManifest(
                  ModelManifest.newBuilder()
                      .setVersion(version)
                      .setScheme(version.startsWith("other") ? "29" : "68"))
              .build());
      answer.onCompleted();
    }

    @Override
    public void promoteModel(PromoteModelRequest request, StreamObserver<AliasAssignment> answer) {
      String current = champion == null ? "" : champion;
      if (!request.getExpectedCurrent().equals(current)) {
        answer.onError(Status.ABORTED.withDescription("champion: " + current).asRuntimeException());
        return;
      }
      champion = request.getModel();
      answer.onNext(
          AliasAssignment.newBuilder().setAlias("champion").setVersion(request.getModel()).build());
      answer.onCompleted();
    }
  }
}
