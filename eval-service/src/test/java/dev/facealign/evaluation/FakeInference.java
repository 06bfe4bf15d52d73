package dev.facealign.evaluation;

import com.google.rpc.Code;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.artifact.ContentHash;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.grpc.StatusMapping;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.DetectError;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.GetModelRequest;
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
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An inference service on a real port whose networks know the truth, and answer it with an error of
 * their own: so every figure of a report is known beforehand.
 */
final class FakeInference implements AutoCloseable {

  /** What a network answers for a face. */
  interface Network extends BiFunction<FaceSample, DetectRequest, DetectResponse.Builder> {}

  private record Known(Model model, Network network) {}

  private final Map<String, FaceSample> facesByPicture = new ConcurrentHashMap<>();
  private final Map<String, Known> models = new ConcurrentHashMap<>();
  private final Server server;

  final List<DetectRequest> asked = new CopyOnWriteArrayList<>();
  final List<PromoteModelRequest> promotions = new CopyOnWriteArrayList<>();
  final AtomicInteger streams = new AtomicInteger();
  final AtomicInteger cancelled = new AtomicInteger();

  volatile String champion = "";
  final AtomicInteger fullFor = new AtomicInteger();
  volatile int breakAfter = Integer.MAX_VALUE;
  volatile boolean silent;
  private final AtomicInteger answersLeft = new AtomicInteger(Integer.MAX_VALUE);
  volatile @Nullable Runnable beforePromotion;

  FakeInference() {
    try {
      server =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .addService(new Detecting())
              .addService(new Knowing())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Makes it as new, but for the pictures it knows. */
  void forget() {
    models.clear();
    asked.clear();
    promotions.clear();
    streams.set(0);
    cancelled.set(0);
    champion = "";
    fullFor.set(0);
    breakAfter = Integer.MAX_VALUE;
    silent = false;
    answersLeft.set(Integer.MAX_VALUE);
    beforePromotion = null;
  }

  /** Answers so many more, then none. */
  void fallSilentAfter(int answers) {
    answersLeft.set(answers);
  }

  /** Answers again. */
  void speak() {
    answersLeft.set(Integer.MAX_VALUE);
  }

  void learn(List<FaceSample> faces) {
    for (FaceSample face : faces) {
      if (face.hasPicture()) {
        facesByPicture.put(ContentHash.sha256(face.readEncodedPicture()), face);
      }
    }
  }

  /** A version whose points are all so many pixels too far right. */
  String publish(String name, String scheme, double offsetPx) {
    return publish(name, scheme, (face, request) -> answer(moved(face, offsetPx), request));
  }

  String publish(String name, String scheme, Network network) {
    return publish(name, manifest -> manifest.setScheme(scheme), network);
  }

  String publish(String name, Consumer<ModelManifest.Builder> manifest, Network network) {
    String version = ContentHash.sha256(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    ModelManifest.Builder content = ModelManifest.newBuilder().setVersion(version).setName(name);
    manifest.accept(content);
    Model model = Model.newBuilder().setManifest(content).build();
    models.put(version, new Known(model, network));
    return version;
  }

  static Landmarks moved(FaceSample face, double offsetPx) {
    return face.landmarks().map(Affine.translate(offsetPx, 0));
  }

  static DetectResponse.Builder answer(Landmarks points, DetectRequest request) {
    return DetectResponse.newBuilder()
        .addFaces(
            Face.newBuilder()
                .setBox(
                    request.getBoxesCount() > 0
                        ? request.getBoxes(0)
                        : Contracts.toProto(points.boundingBox()))
                .addAllLandmarks(Contracts.toProto(points)));
  }

  static DetectResponse.Builder refusal(Code code, String reason) {
    return DetectResponse.newBuilder()
        .setError(
            DetectError.newBuilder()
                .setCode(code.getNumber())
                .setReason(reason)
                .setMessage("on purpose"));
  }

  private DetectResponse answer(DetectRequest request) {
    asked.add(request);
    if (fullFor.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return refusal(Code.RESOURCE_EXHAUSTED, "QUEUE_FULL").setTag(request.getTag()).build();
    }
    Known known = models.get(request.getModel());
    FaceSample face = facesByPicture.get(ContentHash.sha256(request.getImage().toByteArray()));
    DetectResponse.Builder answer =
        known == null
            ? refusal(Code.NOT_FOUND, "MODEL_NOT_FOUND")
            : face == null
                ? refusal(Code.INVALID_ARGUMENT, "IMAGE_UNREADABLE")
                : known.network().apply(face, request);
    return answer.setTag(request.getTag()).setModelVersion(request.getModel()).build();
  }

  private final class Detecting extends LandmarksGrpc.LandmarksImplBase {
    @Override
    public StreamObserver<DetectRequest> detect(StreamObserver<DetectResponse> answers) {
      streams.incrementAndGet();
      return new StreamObserver<>() {
        private boolean broken;

        @Override
        public void onNext(DetectRequest request) {
          if (silent || broken) {
            return;
          }
          if (asked.size() >= breakAfter) {
            breakAfter = Integer.MAX_VALUE;
            broken = true;
            answers.onError(
                Status.UNAVAILABLE.withDescription("gone on purpose").asRuntimeException());
            return;
          }
          if (answersLeft.getAndDecrement() > 0) {
            answers.onNext(answer(request));
          }
        }

        @Override
        public void onError(Throwable thrown) {
          cancelled.incrementAndGet();
        }

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private final class Knowing extends ModelsGrpc.ModelsImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<Model> answer) {
      Optional<Known> model = find(request.getModel());
      if (model.isPresent()) {
        answer.onNext(model.get().model());
        answer.onCompleted();
      } else if (request.getModel().equals("champion")) {
        answer.onError(
            StatusMapping.toStatus(
                FaultException.of(
                    FaultKind.FAILED_PRECONDITION, "NO_CHAMPION", "no champion was promoted yet")));
      } else {
        answer.onError(
            StatusMapping.toStatus(
                FaultException.notFound("model", request.getModel(), "another")));
      }
    }

    @Override
    public void promoteModel(PromoteModelRequest request, StreamObserver<AliasAssignment> answer) {
      Runnable meanwhile = beforePromotion;
      if (meanwhile != null) {
        beforePromotion = null;
        meanwhile.run();
      }
      promotions.add(request);
      if (request.hasExpectedCurrent() && !request.getExpectedCurrent().equals(champion)) {
        answer.onError(
            StatusMapping.toStatus(
                FaultException.of(FaultKind.CONFLICT, "ALIAS_MOVED", "champion: " + champion)));
        return;
      }
      champion = request.getModel();
      answer.onNext(AliasAssignment.newBuilder().setAlias("champion").setVersion(champion).build());
      answer.onCompleted();
    }

    private Optional<Known> find(String reference) {
      String version = reference.equals("champion") ? champion : reference;
      return models.values().stream()
          .filter(
              known ->
                  known.model().getManifest().getVersion().equals(version)
                      || known.model().getManifest().getName().equals(reference))
          .findFirst();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
