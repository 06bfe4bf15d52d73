package dev.facealign.evaluation.api;

import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.platform.grpc.WorkLine;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.ListFaceResultsRequest;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Sends reports' faces, no faster than they are read. Metrics: {@code
 * facealign.evaluation.face.lists}, see {@link WorkLine}.
 */
@Singleton
final class FaceLists implements AutoCloseable {

  private static final int CONCURRENT = 4;
  private static final int WAITING = 32;

  private final ReportLibrary library;
  private final WorkLine line;

  FaceLists(ReportLibrary library, MeterRegistry metrics) {
    this.library = library;
    this.line =
        new WorkLine(
            new WorkLine.Settings("listing", CONCURRENT, WAITING, Duration.ZERO),
            "facealign.evaluation.face.lists",
            metrics);
  }

  /**
   * Puts a list in line.
   *
   * @throws FaultException RESOURCE_EXHAUSTED: the line is full
   */
  void send(ListFaceResultsRequest request, ServerStream<FaceResult> stream) {
    String id = request.getEvaluationId();
    line.submit(
        stream,
        "evaluation=" + id,
        () -> {
          library.faces(
              id, face -> (request.getInvalidOnly() && face.hasNme()) || stream.send(face));
          return null;
        });
  }

  @Override
  @PreDestroy
  public void close() {
    line.close();
  }
}
