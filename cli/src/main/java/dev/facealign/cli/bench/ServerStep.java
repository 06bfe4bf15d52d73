package dev.facealign.cli.bench;

import dev.facealign.v1.Timings;

/** A part of the service's work that its answers tell the time of. */
enum ServerStep {
  QUEUE,
  DECODE,
  DETECT,
  COMPUTE;

  long micros(Timings timings) {
    return switch (this) {
      case QUEUE -> timings.getQueueUs();
      case DECODE -> timings.getDecodeUs();
      case DETECT -> timings.getDetectUs();
      case COMPUTE -> timings.getComputeUs();
    };
  }
}
