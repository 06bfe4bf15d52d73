package dev.facealign.cli.bench;

import io.grpc.Status;

/** The service did not answer for so long that going on means nothing. */
final class ServiceAwayException extends RuntimeException {
  ServiceAwayException(Status status) {
    super(String.valueOf(status.getDescription()), status.getCause());
  }
}
