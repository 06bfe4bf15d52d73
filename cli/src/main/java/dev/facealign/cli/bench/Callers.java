package dev.facealign.cli.bench;

import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import io.grpc.Status;

/**
 * Those who send requests to the service: streams, or single calls. Safe for use by many threads.
 */
interface Callers extends AutoCloseable {

  /**
   * Sends a request if one of them is free to.
   *
   * @param sent by which its outcome will be told, perhaps before this returns
   * @return whether it was sent; if not, {@link Listener#free} will be called
   */
  boolean trySend(DetectRequest request, Sent sent);

  /** Gives up what is under way; nothing is told of it. */
  @Override
  void close();

  /** Told what becomes of requests, by threads that must not be held up. */
  interface Listener {
    void answered(Sent sent, DetectResponse response);

    /** There is no answer. The status may be any but OK. */
    void failed(Sent sent, Status status);

    /** One of the callers may be free again. */
    void free();
  }
}
