package dev.facealign.broker;

import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The broker as a process of its own.
 *
 * <pre>
 * --dir FOLDER              where it keeps its data
 * --port PORT               where clients connect
 * --controller-port PORT    where the broker reaches its own controller
 * --parent-pid PID          optional: ends when this process ends
 * </pre>
 *
 * <p>Prints {@code broker ready 127.0.0.1:PORT} to standard output when it serves, and nothing else
 * there; the log goes to standard error. Exit status: 0 after SIGTERM or the parent's end, 2 when
 * an argument, a port or the folder is refused (one line on standard error says why), 1 for other
 * failures.
 */
public final class BrokerApplication {

  private static final int REFUSED = 2;
  private static final Set<String> OPTIONS =
      Set.of("--dir", "--port", "--controller-port", "--parent-pid");

  private BrokerApplication() {}

  /** Runs until SIGTERM, or until the parent ends. */
  public static void main(String[] args) throws InterruptedException {
    // Named here rather than found as /logback.xml, which would be the default of every module that
    // tests with this one.
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "dev/facealign/broker/logback.xml");
    }
    int status = run(args, System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
    new CountDownLatch(1).await(); // the shutdown hook ends the process
  }

  private static int run(String[] args, PrintStream out, PrintStream err) {
    EmbeddedBroker broker;
    Optional<ProcessHandle> parent;
    try {
      Map<String, String> options = options(args);
      parent = parent(options);
      broker =
          EmbeddedBroker.start(
              Path.of(required(options, "--dir")),
              number("--port", required(options, "--port")),
              number("--controller-port", required(options, "--controller-port")));
    } catch (BrokerStartException e) {
      err.println("broker cannot start: " + e.getMessage());
      return REFUSED;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
    exitCleanlyOnTerm();
    parent.ifPresent(BrokerApplication::exitWith);
    out.println("broker ready " + broker.bootstrapServers());
    out.flush();
    return 0;
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i])) {
        throw new BrokerStartException(
            "argument: "
                + args[i]
                + " (expected: one of "
                + OPTIONS.stream().sorted().toList()
                + ")");
      }
      if (i + 1 == args.length) {
        throw new BrokerStartException(args[i] + ": nothing (expected: a value)");
      }
      options.put(args[i], args[i + 1]);
    }
    return options;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new BrokerStartException(name + ": nothing (expected: a value)");
    }
    return value;
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new BrokerStartException(name + ": " + value + " (expected: a whole number)", e);
    }
  }

  private static Optional<ProcessHandle> parent(Map<String, String> options) {
    String pid = options.get("--parent-pid");
    if (pid == null) {
      return Optional.empty();
    }
    Optional<ProcessHandle> parent = ProcessHandle.of(number("--parent-pid", pid));
    if (parent.isEmpty()) {
      throw new BrokerStartException("--parent-pid: " + pid + " (expected: a running process)");
    }
    return parent;
  }

  /** The JVM's own answer to SIGTERM ends with status 143; a requested stop is no failure. */
  private static void exitCleanlyOnTerm() {
    try {
      // By reflection: javac warns about any direct use of sun.misc, and warnings stop the build.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object exit =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                // Not on the signal's own thread: exit waits for the hooks.
                new Thread(() -> System.exit(0), "broker-sigterm").start();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exit);
    } catch (ReflectiveOperationException e) {
      // A JVM without sun.misc.Signal: SIGTERM still stops the broker cleanly, with status 143.
    }
  }

  private static void exitWith(ProcessHandle parent) {
    // A parent that nobody reaps stays visible after its end; then this process has got another
    // parent.
    boolean direct = isOwnParent(parent);
    Thread watch =
        new Thread(
            () -> {
              try {
                while (parent.isAlive() && (!direct || isOwnParent(parent))) {
                  TimeUnit.MILLISECONDS.sleep(250);
                }
              } catch (InterruptedException e) {
                return;
              }
              System.exit(0);
            },
            "broker-parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static boolean isOwnParent(ProcessHandle process) {
    return ProcessHandle.current().parent().filter(process::equals).isPresent();
  }
}
