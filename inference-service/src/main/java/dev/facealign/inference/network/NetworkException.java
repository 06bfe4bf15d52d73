package dev.facealign.inference.network;

/** A network could not be read or run. */
public final class NetworkException extends RuntimeException {

  public NetworkException(String message, Throwable cause) {
    super(message, cause);
  }
}
