package dev.facealign.evaluation.inference;

import com.google.protobuf.ByteString;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.evaluation.measure.Prediction;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DetectError;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.LandmarksGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One {@code Landmarks.Detect} stream over a dataset. The calling thread reads pictures and sends
 * them; at most a window of them is unanswered at any time, so memory does not grow with the
 * dataset. A request that the service is too busy for is sent again.
 */
final class PredictionStream {
  private static final int MOST_TRIES = 50;
  private static final long RETRY_PAUSE_MS = 100;

  private final FaceDataset dataset;
  private final String version;
  private final BoxSource boxes;
  private final int window;

  // Used by the calling thread only.
  private final @Nullable Prediction[] predictions;
  private final Deque<Integer> toSend = new ArrayDeque<>();
  private final Map<Integer, Integer> tries = new HashMap<>();
  private int answered;
  private int inFlight;

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  PredictionStream(FaceDataset dataset, String version, BoxSource boxes, int window) {
    this.dataset = dataset;
    this.version = version;
    this.boxes = boxes;
    this.window = window;
    this.predictions = new Prediction[dataset.faces().size()];
    for (int i = 0; i < predictions.length; i++) {
      toSend.add(i);
    }
  }

  private sealed interface Arrival {
    record Answer(DetectResponse response) implements Arrival {}

    record End(Status status) implements Arrival {}
  }

  List<Prediction> run(LandmarksGrpc.LandmarksStub landmarks, IntConsumer progress)
      throws InterruptedException {
    Responses responses = new Responses();
    landmarks.detect(responses);
    ClientCallStreamObserver<DetectRequest> requests = responses.requests();
    boolean done = false;
    try {
      while (answered < predictions.length) {
        while (inFlight < window && !toSend.isEmpty()) {
          send(requests, toSend.remove());
        }
        if (inFlight > 0) {
          take(arrivals.take());
          progress.accept(answered);
        }
      }
      requests.onCompleted();
      done = true;
      return List.of(predictions);
    } finally {
      if (!done) {
        requests.cancel("evaluation stopped", null);
      }
    }
  }

  private void send(ClientCallStreamObserver<DetectRequest> requests, int index) {
    FaceSample face = dataset.faces().get(index);
    if (!face.hasPicture()) {
      settle(index, new Prediction.Missing("there is no picture beside its annotation"));
      return;
    }
    DetectRequest.Builder request =
        DetectRequest.newBuilder().setModel(version).setTag(Integer.toString(index));
    try {
      request.setImage(ByteString.copyFrom(face.readEncodedPicture()));
      if (boxes != BoxSource.BOX_SOURCE_DETECTOR) {
        request.addBoxes(Contracts.toProto(face.landmarks().boundingBox()));
      }
    } catch (FaultException e) {
      settle(index, new Prediction.Missing(e.getMessage()));
      return;
    }
    requests.onNext(request.build());
    inFlight++;
  }

  private void take(Arrival arrival) throws InterruptedException {
    if (arrival instanceof Arrival.End end) {
      throw new StatusRuntimeException(
          end.status().isOk()
              ? Status.UNAVAILABLE.withDescription("ended the stream early")
              : end.status());
    }
    if (arrival instanceof Arrival.Answer answer) {
      inFlight--;
      int index = Integer.parseInt(answer.response().getTag());
      if (answer.response().hasError()) {
        refused(index, answer.response().getError());
      } else {
        settle(index, prediction(dataset.faces().get(index), answer.response()));
      }
    }
  }

  /**
   * A refusal of the picture is the face's; being busy passes; anything else is about the whole
   * run.
   */
  private void refused(int index, DetectError error) throws InterruptedException {
    Status.Code code = Status.fromCodeValue(error.getCode()).getCode();
    if (code == Status.Code.INVALID_ARGUMENT || code == Status.Code.INTERNAL) {
      settle(index, new Prediction.Missing(error.getReason() + ": " + error.getMessage()));
    } else if (code == Status.Code.RESOURCE_EXHAUSTED
        && tries.merge(index, 1, Integer::sum) < MOST_TRIES) {
      toSend.add(index);
      TimeUnit.MILLISECONDS.sleep(RETRY_PAUSE_MS);
    } else {
      throw InferenceClient.fault(error.getCode(), error.getMessage());
    }
  }

  private void settle(int index, Prediction prediction) {
    predictions[index] = prediction;
    answered++;
  }

  private Prediction prediction(FaceSample face, DetectResponse response) {
    Optional<Landmarks> points =
        boxes == BoxSource.BOX_SOURCE_DETECTOR
            ? nearest(face.landmarks(), response.getFacesList())
            : response.getFacesList().stream()
                .map(found -> Contracts.landmarks(found.getLandmarksList()))
                .findFirst();
    return points
        .<Prediction>map(Prediction.Points::new)
        .orElseGet(() -> new Prediction.Missing("no face was found where the true one is"));
  }

  /** The found face whose centre lies nearest to the true one's, and within half its box. */
  private static Optional<Landmarks> nearest(Landmarks truth, List<Face> faces) {
    double reach = truth.boundingBox().diagonal() / 2;
    List<Landmarks> near = new ArrayList<>();
    for (Face face : faces) {
      Landmarks found = Contracts.landmarks(face.getLandmarksList());
      if (found.isFinite() && offset(found, truth) < reach) {
        near.add(found);
      }
    }
    return near.stream().min(Comparator.comparingDouble(found -> offset(found, truth)));
  }

  private static double offset(Landmarks found, Landmarks truth) {
    var a = found.boundingBox();
    var b = truth.boundingBox();
    return Math.hypot(a.centreX() - b.centreX(), a.centreY() - b.centreY());
  }

  private final class Responses implements ClientResponseObserver<DetectRequest, DetectResponse> {
    private @Nullable ClientCallStreamObserver<DetectRequest> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<DetectRequest> stream) {
      requests = stream;
    }

    ClientCallStreamObserver<DetectRequest> requests() {
      if (requests == null) {
        throw new IllegalStateException("gRPC calls beforeStart before the call returns");
      }
      return requests;
    }

    @Override
    public void onNext(DetectResponse response) {
      arrivals.add(new Arrival.Answer(response));
    }

    @Override
    public void onError(Throwable thrown) {
      arrivals.add(new Arrival.End(Status.fromThrowable(thrown)));
    }

    @Override
    public void onCompleted() {
      arrivals.add(new Arrival.End(Status.OK));
    }
  }
}
