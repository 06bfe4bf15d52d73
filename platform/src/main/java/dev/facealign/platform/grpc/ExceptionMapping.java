package dev.facealign.platform.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts {@link StatusMapping} around every call: a service throws, or hands {@code onError}, what it
 * has.
 *
 * <p>Innermost of the interceptors, so that the others (metrics) see the mapped status.
 */
@Singleton
public final class ExceptionMapping implements ServerInterceptor, Ordered {

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MappedCall<Q, A> mapped = new MappedCall<>(call);
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(mapped, headers);
    } catch (RuntimeException e) {
      mapped.fail(e);
      return new ServerCall.Listener<>() {};
    }
    return new MappedListener<>(listener, mapped);
  }

  /**
   * Maps what a service closed the call with. A call has one end: what comes after it is dropped.
   */
  private static final class MappedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    // A call is not thread-safe, and a listener's failure may meet a worker's answer.
    private final ReentrantLock lock = new ReentrantLock();
    private boolean ended;

    MappedCall(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      lock.lock();
      try {
        if (!ended) {
          super.sendHeaders(headers);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void sendMessage(A message) {
      lock.lock();
      try {
        if (!ended) {
          super.sendMessage(message);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      Throwable cause = status.getCause();
      // StreamObserver.onError makes UNKNOWN of any exception that is no status.
      if (status.getCode() == Status.Code.UNKNOWN && cause != null) {
        fail(cause);
      } else {
        end(status, trailers);
      }
    }

    void fail(Throwable thrown) {
      StatusRuntimeException mapped = StatusMapping.toStatus(thrown);
      Metadata trailers = mapped.getTrailers();
      end(mapped.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    private void end(Status status, Metadata trailers) {
      lock.lock();
      try {
        if (!ended) {
          ended = true;
          super.close(status, trailers);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class MappedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final MappedCall<Q, ?> call;

    MappedListener(ServerCall.Listener<Q> listener, MappedCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guarded(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guarded(super::onReady);
    }

    @Override
    public void onCancel() {
      guarded(super::onCancel);
    }

    @Override
    public void onComplete() {
      guarded(super::onComplete);
    }

    private void guarded(Runnable event) {
      try {
        event.run();
      } catch (RuntimeException e) {
        call.fail(e);
      }
    }
  }
}
