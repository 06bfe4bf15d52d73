package dev.facealign.platform.service;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.Micronaut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The start of every service's {@code main}.
 *
 * <p>java.util.logging goes to slf4j (gRPC logs there), SIGTERM stops the service in order with
 * status 0, and the property {@code facealign.standalone.parent-pid}, where set, ties the service's
 * life to that process. A service that cannot start, because a port is taken for instance, ends
 * with status 1.
 */
public final class ServiceMain {

  private static final Logger log = LoggerFactory.getLogger(ServiceMain.class);

  private ServiceMain() {}

  /**
   * Starts the service; returns when its servers listen.
   *
   * @param main the class with {@code main}, whose package and module are the service's
   */
  public static void run(Class<?> main, String... args) {
    long begin = System.nanoTime();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    TerminationSignal.exitWithStatusZero();
    ApplicationContext context = Micronaut.build(args).mainClass(main).banner(false).start();
    context
        .getProperty("facealign.standalone.parent-pid", Long.class)
        .ifPresent(pid -> ParentWatch.start(pid, () -> System.exit(0)));
    log.info(
        "service started main={} pid={} ms={}",
        main.getSimpleName(),
        ProcessHandle.current().pid(),
        (System.nanoTime() - begin) / 1_000_000);
  }
}
