package dev.facealign.platform.service;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends this process when the process that started it ends, however that happens. */
final class ParentWatch {

  private static final Logger log = LoggerFactory.getLogger(ParentWatch.class);
  private static final long PERIOD_MS = 250;

  private ParentWatch() {}

  /**
   * Begins to watch.
   *
   * @param pid process number; one that is not running ends this process at once
   * @param end called when the parent has ended
   */
  static void start(long pid, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try {
                awaitEnd(pid);
              } catch (InterruptedException e) {
                return;
              }
              log.info("parent process has ended, stopping pid={}", pid);
              end.run();
            },
            "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void awaitEnd(long pid) throws InterruptedException {
    // Not ProcessHandle.onExit: for a process that is not our child it looks up to 5 s apart.
    ProcessHandle parent = ProcessHandle.of(pid).orElse(null);
    // A parent that nobody reaps stays visible after its end; then this process has got another
    // parent.
    boolean direct = parent != null && isOwnParent(parent);
    while (parent != null && parent.isAlive() && (!direct || isOwnParent(parent))) {
      TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
    }
  }

  private static boolean isOwnParent(ProcessHandle process) {
    return ProcessHandle.current().parent().filter(process::equals).isPresent();
  }
}
