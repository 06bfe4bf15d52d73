package dev.facealign.cli.invocation;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends the process in order when it is asked to end (Ctrl-C, SIGTERM, SIGHUP), with an exit code of
 * its own. While the work ends, further signals change nothing.
 */
public final class StopOnSignal implements AutoCloseable {
  /** The usual exit code of a program that Ctrl-C ended. */
  public static final int INTERRUPTED = 130;

  private final AtomicBoolean active = new AtomicBoolean(true);
  private final Thread hook;

  /**
   * @param work stops what must be stopped
   * @param exitCode the process's exit code after that
   */
  public StopOnSignal(Runnable work, int exitCode) {
    hook =
        new Thread(
            () -> {
              if (active.get()) {
                work.run();
                // Without this the JVM would report the signal: 128 plus its number.
                Runtime.getRuntime().halt(exitCode);
              }
            },
            "stop-on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** From now on the process ends as usual. */
  @Override
  public void close() {
    active.set(false);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is ending already.
    }
  }
}
