package dev.facealign.cli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/** Bounds the time of calls that are answered once. Streams may take as long as they do. */
final class UnaryDeadline implements ClientInterceptor {
  static final long SECONDS = 60;

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    boolean unbounded =
        method.getType() == MethodDescriptor.MethodType.UNARY && options.getDeadline() == null;
    return next.newCall(
        method, unbounded ? options.withDeadlineAfter(SECONDS, TimeUnit.SECONDS) : options);
  }
}
