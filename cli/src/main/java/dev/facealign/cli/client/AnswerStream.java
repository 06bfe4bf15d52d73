package dev.facealign.cli.client;

import dev.facealign.cli.invocation.CommandFailure;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a streaming call. Closing it gives the call up if it has not ended.
 *
 * @param <Q> requests
 * @param <A> answers
 */
public final class AnswerStream<Q, A> implements AutoCloseable {
  private final BlockingClientCall<Q, A> call;
  private final Function<StatusException, CommandFailure> translation;
  private boolean ended;

  AnswerStream(
      BlockingClientCall<Q, A> call, Function<StatusException, CommandFailure> translation) {
    this.call = call;
    this.translation = translation;
  }

  /** The next answer; null when there are no more. */
  public @Nullable A next() throws InterruptedException {
    try {
      return seen(call.read());
    } catch (StatusException e) {
      throw ended(e);
    }
  }

  /**
   * The next answer, if it comes within a time; null when there are no more.
   *
   * @throws TimeoutException when none came; the call goes on
   */
  public @Nullable A next(Duration bound) throws InterruptedException, TimeoutException {
    try {
      return seen(call.read(bound.toMillis(), TimeUnit.MILLISECONDS));
    } catch (StatusException e) {
      throw ended(e);
    }
  }

  /** Sends a request; waits while the service takes no more. */
  public void send(Q request) throws InterruptedException {
    try {
      if (!call.write(request)) {
        // The call has ended; its status says why.
        call.read();
        throw new CommandFailure(
            "the service ended the stream early (expected: an answer to every request)");
      }
    } catch (StatusException e) {
      throw ended(e);
    }
  }

  /** No more requests. */
  public void endRequests() {
    call.halfClose();
  }

  private @Nullable A seen(@Nullable A answer) {
    ended |= answer == null;
    return answer;
  }

  private CommandFailure ended(StatusException e) {
    ended = true;
    return translation.apply(e);
  }

  /** Whether a failure means that the service was away, and may be back later. */
  public static boolean isAway(CommandFailure failure) {
    return failure.getCause() instanceof StatusException status
        && status.getStatus().getCode() == Status.Code.UNAVAILABLE;
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      call.cancel("the caller has seen enough", null);
    }
  }
}
