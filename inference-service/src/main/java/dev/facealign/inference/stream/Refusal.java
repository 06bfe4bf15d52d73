package dev.facealign.inference.stream;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.facealign.fault.FaultException;
import dev.facealign.inference.batch.QueueFullException;
import dev.facealign.platform.grpc.StatusMapping;
import dev.facealign.v1.DetectError;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * Why a request is not answered, in the two forms that the contract has for it: a message of a
 * stream, and a call's status.
 *
 * @param code such as INVALID_ARGUMENT
 * @param reason a stable word
 * @param message for people
 * @param status the call's status, with its details
 */
public record Refusal(Code code, String reason, String message, StatusRuntimeException status) {
  private static final String QUEUE_FULL = "QUEUE_FULL";

  /** The refusal that a failure means; defects are logged and told without their text. */
  public static Refusal of(Throwable failure) {
    Throwable cause = failure.getCause();
    if (failure instanceof CompletionException && cause != null) {
      return of(cause);
    }
    if (failure instanceof QueueFullException full) {
      return new Refusal(
          Code.RESOURCE_EXHAUSTED, QUEUE_FULL, String.valueOf(full.getMessage()), status(full));
    }
    StatusRuntimeException status = StatusMapping.toStatus(failure);
    if (failure instanceof FaultException fault) {
      return new Refusal(
          StatusMapping.code(fault.kind()), fault.reason(), fault.getMessage(), status);
    }
    Code code = failure instanceof CancellationException ? Code.CANCELLED : Code.INTERNAL;
    Status plain = status.getStatus();
    return new Refusal(code, code.name(), String.valueOf(plain.getDescription()), status);
  }

  /** As a message of a stream tells it. */
  DetectError toDetectError() {
    return DetectError.newBuilder()
        .setCode(code.getNumber())
        .setReason(reason)
        .setMessage(message)
        .build();
  }

  private static StatusRuntimeException status(QueueFullException full) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage(String.valueOf(full.getMessage()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(QUEUE_FULL)
                        .setDomain(StatusMapping.DOMAIN)
                        .build()))
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Durations.fromMillis(full.retryAfter().toMillis()))
                        .build()))
            .build());
  }
}
