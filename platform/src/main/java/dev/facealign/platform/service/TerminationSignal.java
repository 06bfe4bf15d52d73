package dev.facealign.platform.service;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM is an orderly end with status 0. The JVM's own answer is the same end, with status 143.
 */
final class TerminationSignal {

  private static final Logger log = LoggerFactory.getLogger(TerminationSignal.class);

  private TerminationSignal() {}

  static void exitWithStatusZero() {
    try {
      // By reflection: javac warns about any direct use of sun.misc, and warnings stop the build.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object exit =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                log.info("SIGTERM received, stopping");
                // Not on the signal's own thread: exit waits for the shutdown hooks.
                new Thread(() -> System.exit(0), "sigterm").start();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exit);
    } catch (ReflectiveOperationException e) {
      log.warn("SIGTERM will end the process with status 143 error={}", e.toString());
    }
  }
}
