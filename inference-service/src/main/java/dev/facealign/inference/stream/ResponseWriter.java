package dev.facealign.inference.stream;

import dev.facealign.inference.finding.LandmarkAnswer;
import dev.facealign.inference.finding.LandmarkAnswer.StepTimes;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.BoxOrigin;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.HeadPose;
import dev.facealign.v1.Precision;
import dev.facealign.v1.Timings;
import java.util.OptionalDouble;

/** Makes responses of answers. */
final class ResponseWriter {

  private ResponseWriter() {}

  /** The response to a request that was answered. */
  static DetectResponse answered(String tag, long sequence, LandmarkAnswer answer) {
    DetectResponse.Builder response =
        DetectResponse.newBuilder()
            .setTag(tag)
            .setSequence(sequence)
            .setModelVersion(answer.modelVersion())
            .setPrecision(
                switch (answer.precision()) {
                  case FLOAT32 -> Precision.PRECISION_FLOAT32;
                  case INT8 -> Precision.PRECISION_INT8;
                })
            .setScheme(answer.scheme())
            .setImageWidth(answer.imageWidth())
            .setImageHeight(answer.imageHeight())
            .setDetector(answer.detector())
            .setTimings(timings(answer.times()));
    for (LandmarkAnswer.Face face : answer.faces()) {
      response.addFaces(face(face));
    }
    return response.build();
  }

  private static Face face(LandmarkAnswer.Face answered) {
    Face.Builder face =
        Face.newBuilder()
            .setBox(Contracts.toProto(answered.box()))
            .addAllLandmarks(Contracts.toProto(answered.landmarks()))
            .setBoxOrigin(origin(answered.origin()));
    answered.score().ifPresent(score -> face.setScore((float) score));
    answered.identity().ifPresent(face::setTrackId);
    answered.pose().ifPresent(pose -> face.setHeadPose(headPose(pose)));
    for (int m = 0; m < face.getLandmarksCount(); m++) {
      OptionalDouble error = answered.expectedErrors().of(m);
      if (error.isPresent()) {
        face.getLandmarksBuilder(m).setExpectedError((float) error.getAsDouble());
      }
    }
    return face.build();
  }

  private static BoxOrigin origin(LandmarkAnswer.BoxOrigin origin) {
    return switch (origin) {
      case GIVEN -> BoxOrigin.BOX_ORIGIN_GIVEN;
      case DETECTED -> BoxOrigin.BOX_ORIGIN_DETECTED;
      case TRACKED -> BoxOrigin.BOX_ORIGIN_TRACKED;
    };
  }

  private static HeadPose headPose(dev.facealign.pose.HeadPose pose) {
    return HeadPose.newBuilder()
        .setYawDegrees((float) pose.yaw())
        .setPitchDegrees((float) pose.pitch())
        .setRollDegrees((float) pose.roll())
        .build();
  }

  /** The response to a request of a stream that failed. */
  static DetectResponse refused(String tag, long sequence, Refusal refusal) {
    return DetectResponse.newBuilder()
        .setTag(tag)
        .setSequence(sequence)
        .setError(refusal.toDetectError())
        .build();
  }

  private static Timings timings(StepTimes times) {
    return Timings.newBuilder()
        .setQueueUs(times.queueNanos() / 1000)
        .setDecodeUs(times.decodeNanos() / 1000)
        .setDetectUs(times.detectNanos() / 1000)
        .setComputeUs(times.computeNanos() / 1000)
        .build();
  }
}
