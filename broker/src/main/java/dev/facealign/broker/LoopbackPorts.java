package dev.facealign.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of 127.0.0.1. */
final class LoopbackPorts {

  static final String HOST = "127.0.0.1";

  private LoopbackPorts() {}

  /**
   * Checks that a port can be listened on. Kafka, finding its port taken, halts the JVM.
   *
   * @param name what the port is, for the message
   * @throws BrokerStartException the port is out of range or taken
   */
  static void requireFree(String name, int port) {
    if (port < 1 || port > 65535) {
      throw new BrokerStartException(name + ": " + port + " (expected: 1 to 65535)");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (BindException e) {
      throw new BrokerStartException(
          name
              + ": "
              + port
              + " (expected: a free port of "
              + HOST
              + "; another process listens on it)",
          e);
    } catch (IOException e) {
      throw new BrokerStartException(
          name + ": " + port + " (expected: a free port of " + HOST + ": " + e + ")", e);
    }
  }

  /** Two different ports that are free now. */
  static int[] twoFree() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    } catch (IOException e) {
      throw new BrokerStartException("no free ports on " + HOST + ": " + e, e);
    }
  }
}
