package dev.facealign.broker;

/**
 * The broker cannot start as asked: a port is taken, the folder is in use or cannot be written. The
 * message is one line and names the offending value and what was expected.
 */
public final class BrokerStartException extends RuntimeException {

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
