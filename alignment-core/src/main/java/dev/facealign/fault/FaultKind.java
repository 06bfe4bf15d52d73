package dev.facealign.fault;

/**
 * What sort of fault it is, and so what the caller can do about it. The names are those of gRPC's
 * status codes.
 */
public enum FaultKind {
  /** The caller sent something that can never work. */
  INVALID_ARGUMENT,
  /** Something the caller named is not there. */
  NOT_FOUND,
  /** Something with this name is there, and it is another. */
  ALREADY_EXISTS,
  /** Somebody else changed it meanwhile (gRPC: ABORTED). */
  CONFLICT,
  /** The system must be brought into another state first. */
  FAILED_PRECONDITION,
  /** A limit is reached: a queue, a quota, a size. */
  RESOURCE_EXHAUSTED,
  /** Something needed cannot be reached now; trying again later may work. */
  UNAVAILABLE,
  /** Stored bytes are not what they were. */
  DATA_LOSS,
  /** Known, but not offered here. */
  UNIMPLEMENTED
}
