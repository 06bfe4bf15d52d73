package dev.facealign.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker and controller in this JVM, listening on 127.0.0.1 only.
 *
 * <p>The folder holds {@code broker.lock} and {@code data/}. It is formatted at the first start;
 * data survives restarts, also on other ports.
 *
 * <p>Ports and folder are checked before Kafka starts, because Kafka halts the JVM when it finds
 * one of them taken.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final int NODE = 1;
  private static final String CLIENTS = "BROKER";
  private static final String CONTROLLER = "CONTROLLER";

  private final Path folder;
  private final int port;
  private final int controllerPort;
  private final boolean temporary;
  private final FolderLock lock;
  private final KafkaRaftServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(
      Path folder,
      int port,
      int controllerPort,
      boolean temporary,
      FolderLock lock,
      KafkaRaftServer server) {
    this.folder = folder;
    this.port = port;
    this.controllerPort = controllerPort;
    this.temporary = temporary;
    this.lock = lock;
    this.server = server;
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param folder where it keeps its data; created where it is missing
   * @param port where clients connect, 1 to 65535
   * @param controllerPort where the broker reaches its own controller, 1 to 65535
   * @throws BrokerStartException a port is taken, or the folder is in use or cannot be written
   */
  public static EmbeddedBroker start(Path folder, int port, int controllerPort) {
    return start(folder, port, controllerPort, Map.of());
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param overrides Kafka broker settings that replace or join the ones below
   * @see #start(Path, int, int)
   */
  public static EmbeddedBroker start(
      Path folder, int port, int controllerPort, Map<String, String> overrides) {
    return start(folder, port, controllerPort, overrides, false);
  }

  /**
   * Starts a broker on free ports with a folder of its own, which {@link #close()} deletes. Made
   * for tests: on a machine that is busy for seconds it is not taken for dead.
   */
  public static EmbeddedBroker startTemporary() {
    int[] ports = LoopbackPorts.twoFree();
    Map<String, String> patient =
        Map.of("broker.session.timeout.ms", "30000", "broker.heartbeat.interval.ms", "1000");
    try {
      Path folder = Files.createTempDirectory("facealign-broker-");
      return start(folder, ports[0], ports[1], patient, true);
    } catch (IOException e) {
      throw new BrokerStartException("no temporary folder: " + e, e);
    }
  }

  /** Starts a broker on free ports with the given folder, which stays. */
  public static EmbeddedBroker startOnFreePorts(Path folder) {
    int[] ports = LoopbackPorts.twoFree();
    return start(folder, ports[0], ports[1]);
  }

  private static EmbeddedBroker start(
      Path folder, int port, int controllerPort, Map<String, String> overrides, boolean temporary) {
    Path absolute = folder.toAbsolutePath().normalize();
    if (port == controllerPort) {
      throw new BrokerStartException(
          "controller port: "
              + controllerPort
              + " (expected: another port than the clients' port)");
    }
    LoopbackPorts.requireFree("port", port);
    LoopbackPorts.requireFree("controller port", controllerPort);
    FolderLock lock = FolderLock.take(absolute);
    boolean started = false;
    try {
      Path data = absolute.resolve("data");
      formatOnce(data);
      Map<String, String> settings = settings(data, port, controllerPort);
      settings.putAll(overrides);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      started = true;
      return new EmbeddedBroker(absolute, port, controllerPort, temporary, lock, server);
    } finally {
      if (!started) {
        lock.close();
      }
    }
  }

  private static void formatOnce(Path data) {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(data);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(data.toString()))
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setControllerListenerName(CONTROLLER)
          .setMetadataLogDirectory(data.toString())
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) { // Formatter declares Exception
      throw new BrokerStartException(
          "folder: " + data + " (expected: a folder that can be formatted: " + e + ")", e);
    }
  }

  private static Map<String, String> settings(Path data, int port, int controllerPort) {
    String clients = LoopbackPorts.HOST + ":" + port;
    String controller = LoopbackPorts.HOST + ":" + controllerPort;
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("log.dirs", data.toString());
    settings.put("listeners", CLIENTS + "://" + clients + "," + CONTROLLER + "://" + controller);
    settings.put("advertised.listeners", CLIENTS + "://" + clients);
    settings.put("inter.broker.listener.name", CLIENTS);
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    // A static quorum: a dynamic one writes the controller's port into the data, and the next start
    // may use another.
    settings.put("controller.quorum.voters", NODE + "@" + controller);

    // Topics are made by the services, with their settings. A typing error must not make one.
    settings.put("auto.create.topics.enable", "false");
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    // Share groups keep their state in a topic; its defaults want three brokers.
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");

    // After kill -9 the controller fences the broker until its old session ends: 5 s to serve
    // again, not 13 to 24 s.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");

    // One machine, a few clients.
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    return settings;
  }

  /** What clients take as {@code bootstrap.servers}: "127.0.0.1:PORT". */
  public String bootstrapServers() {
    return LoopbackPorts.HOST + ":" + port;
  }

  /** Where it keeps its data. */
  public Path folder() {
    return folder;
  }

  /** Where clients connect. */
  public int port() {
    return port;
  }

  /** Where the broker reaches its own controller. */
  public int controllerPort() {
    return controllerPort;
  }

  /** Stops the broker and frees its ports and folder; returns when it has. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      server.shutdown();
      server.awaitShutdown();
    } finally {
      lock.close();
      if (temporary) {
        delete(folder);
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
