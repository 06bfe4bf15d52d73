package dev.facealign.inference.page;

import dev.facealign.fault.FaultException;
import dev.facealign.pose.HeadPoseEstimator;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Answers with head poses, or without them where the model's faces have none. */
final class PosedAnswers {
  private final Function<DetectRequest, CompletableFuture<DetectResponse>> landmarks;

  /**
   * @param landmarks answers a request; refuses one for poses that there are none of, before it
   *     looks at the picture
   */
  PosedAnswers(Function<DetectRequest, CompletableFuture<DetectResponse>> landmarks) {
    this.landmarks = landmarks;
  }

  /**
   * Answers a request.
   *
   * @param request without options
   */
  CompletableFuture<DetectResponse> answer(DetectRequest request) {
    DetectRequest posed =
        request.toBuilder().setOptions(DetectOptions.newBuilder().setHeadPose(true)).build();
    return landmarks
        .apply(posed)
        .exceptionallyCompose(
            failure ->
                hasNoPose(failure)
                    ? landmarks.apply(request)
                    : CompletableFuture.failedFuture(failure));
  }

  private static boolean hasNoPose(Throwable failure) {
    Throwable cause = failure.getCause();
    if (failure instanceof CompletionException && cause != null) {
      return hasNoPose(cause);
    }
    return failure instanceof FaultException fault && HeadPoseEstimator.FIELD.equals(fault.field());
  }
}
