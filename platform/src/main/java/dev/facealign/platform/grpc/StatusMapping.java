package dev.facealign.platform.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where exceptions become gRPC statuses.
 *
 * <p>A {@link FaultException} keeps its message and carries {@code google.rpc} details: ErrorInfo
 * with its reason and the domain "facealign.dev"; BadRequest with the field, for INVALID_ARGUMENT;
 * RetryInfo, for RESOURCE_EXHAUSTED and UNAVAILABLE. A status that a service made itself is passed
 * on. Everything else is a defect: it is logged with an id, and the caller gets INTERNAL with that
 * id and nothing else.
 */
public final class StatusMapping {

  /** Domain of every ErrorInfo. */
  public static final String DOMAIN = "facealign.dev";

  private static final Logger log = LoggerFactory.getLogger(StatusMapping.class);
  private static final Duration RETRY_EXHAUSTED = Durations.fromMillis(100);
  private static final Duration RETRY_UNAVAILABLE = Durations.fromMillis(1000);

  private StatusMapping() {}

  /** The status of an exception; defects are logged. */
  public static StatusRuntimeException toStatus(Throwable thrown) {
    if (thrown instanceof FaultException fault) {
      return StatusProto.toStatusRuntimeException(details(fault));
    }
    if (thrown instanceof StatusRuntimeException status) {
      return status;
    }
    if (thrown instanceof StatusException status) {
      return new StatusRuntimeException(status.getStatus(), status.getTrailers());
    }
    if (thrown instanceof CancellationException) {
      return Status.CANCELLED.withDescription("the call was cancelled").asRuntimeException();
    }
    String id = UUID.randomUUID().toString();
    log.error("internal error id={}", id, thrown);
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.INTERNAL_VALUE)
            .setMessage("internal error " + id)
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason("INTERNAL")
                        .setDomain(DOMAIN)
                        .putMetadata("error_id", id)
                        .build()))
            .build());
  }

  /** The code of a fault: a {@code google.rpc.Code}. */
  public static Code code(FaultKind kind) {
    return switch (kind) {
      case INVALID_ARGUMENT -> Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Code.NOT_FOUND;
      case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
      case CONFLICT -> Code.ABORTED;
      case FAILED_PRECONDITION -> Code.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Code.UNAVAILABLE;
      case DATA_LOSS -> Code.DATA_LOSS;
      case UNIMPLEMENTED -> Code.UNIMPLEMENTED;
    };
  }

  private static com.google.rpc.Status details(FaultException fault) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code(fault.kind()).getNumber())
            .setMessage(fault.getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder().setReason(fault.reason()).setDomain(DOMAIN).build()));
    String field = fault.field();
    if (field != null) {
      status.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(field)
                          .setDescription(fault.getMessage())
                          .setReason(fault.reason()))
                  .build()));
    }
    if (fault.kind() == FaultKind.RESOURCE_EXHAUSTED) {
      status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(RETRY_EXHAUSTED).build()));
    } else if (fault.kind() == FaultKind.UNAVAILABLE) {
      status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(RETRY_UNAVAILABLE).build()));
    }
    return status.build();
  }
}
