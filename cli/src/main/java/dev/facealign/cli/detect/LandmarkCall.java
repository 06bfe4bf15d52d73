package dev.facealign.cli.detect;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * One Landmarks.Detect stream. A few pictures are under way at a time, so that the service never
 * waits for us.
 */
public final class LandmarkCall {
  private static final int UNDER_WAY = 4;

  private final SuiteConnection connection;

  public LandmarkCall(SuiteConnection connection) {
    this.connection = connection;
  }

  /**
   * Sends all requests and hands on their answers, in the same order.
   *
   * @param requests made when they are needed
   * @param answers told every answer, those with an error too
   * @throws CommandFailure when the stream as a whole fails
   */
  public void detect(Iterator<DetectRequest> requests, Consumer<DetectResponse> answers)
      throws InterruptedException {
    try (AnswerStream<DetectRequest, DetectResponse> stream =
        connection.stream(SuiteService.INFERENCE, connection.landmarks().detect())) {
      int underWay = 0;
      boolean open = true;
      while (open || underWay > 0) {
        if (open && !requests.hasNext()) {
          stream.endRequests();
          open = false;
        } else if (open && underWay < UNDER_WAY) {
          stream.send(requests.next());
          underWay++;
        } else {
          DetectResponse answer = stream.next();
          if (answer == null) {
            throw new CommandFailure(
                "inference-service ended the stream with "
                    + underWay
                    + " answers open (expected: an answer to every request)");
          }
          underWay--;
          answers.accept(answer);
        }
      }
    }
  }
}
