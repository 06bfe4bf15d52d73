package dev.facealign.cli.client;

import dev.facealign.cli.invocation.CommandFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Where a service listens.
 *
 * @param host name or IP address
 * @param port 1 to 65535
 */
public record ServiceAddress(String host, int port) {
  private static final int ACCEPT_TIMEOUT_MS = 500;

  /**
   * Reads {@code HOST:PORT}; an IPv6 address is in brackets.
   *
   * @param source where the text is from, for the error
   */
  static ServiceAddress parse(String text, String source) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      String host = text.substring(0, colon);
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      if (bracketed || host.indexOf(':') < 0) {
        try {
          int port = Integer.parseInt(text.substring(colon + 1));
          if (port >= 1 && port <= 65535) {
            return new ServiceAddress(
                bracketed ? host.substring(1, host.length() - 1) : host, port);
          }
        } catch (NumberFormatException e) {
          // Said below, with what was expected.
        }
      }
    }
    throw new CommandFailure(
        source + ": " + text + " (expected: HOST:PORT, such as 127.0.0.1:25051)");
  }

  /** Whether something listens there now. */
  boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), ACCEPT_TIMEOUT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
