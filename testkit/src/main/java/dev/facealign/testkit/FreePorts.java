package dev.facealign.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Hands out loopback ports for processes that come back on the same one. They lie below those that
 * Linux takes for outgoing connections: one of those could take the port of a killed process.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;

  private int next = FIRST + (int) (ProcessHandle.current().pid() * 37 % (END - FIRST));

  /** A port that is free now and was not handed out before. */
  public int next() {
    for (int tried = 0; tried < END - FIRST; tried++) {
      int port = next;
      next = next + 1 == END ? FIRST : next + 1;
      if (isFree(port)) {
        return port;
      }
    }
    throw new AssertionError("no free port from " + FIRST + " to " + (END - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
