package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The suite's ports on the loopback interface. All lie below 32768, where Linux begins to take
 * ports for outgoing connections: a service cannot listen where another's connection happens to
 * begin.
 *
 * @param offset added to every default port, 0 to 7000
 */
public record Ports(int offset) {
  /** The loopback interface's address, which everything in standalone mode listens on. */
  public static final String HOST = "127.0.0.1";

  /** Ports of a service's further processes follow those of the four services. */
  private static final int SECOND_GRPC = 25055;

  private static final int SECOND_HTTP = 8055;

  private static final int KAFKA = 19092;
  private static final int KAFKA_CONTROLLER = 19093;
  private static final int LARGEST_OFFSET = 7_000;
  private static final int OFFSET_STEP = 100;

  /** One of the ports and who listens on it. */
  public record Named(String owner, int port) {}

  public Ports {
    if (offset < 0 || offset > LARGEST_OFFSET) {
      throw new CommandFailure(
          "--port-offset: " + offset + " (expected: 0 to " + LARGEST_OFFSET + ")");
    }
  }

  /** Port of a service's RPCs. */
  public int grpc(SuiteService service) {
    return service.defaultGrpcPort() + offset;
  }

  /** Port of a service's health and metrics. */
  public int http(SuiteService service) {
    return service.defaultHttpPort() + offset;
  }

  int grpc(ServiceProcess process) {
    return process.number() == 1
        ? grpc(process.service())
        : SECOND_GRPC + process.number() - 2 + offset;
  }

  int http(ServiceProcess process) {
    return process.number() == 1
        ? http(process.service())
        : SECOND_HTTP + process.number() - 2 + offset;
  }

  /** Port of the broker for clients. */
  public int kafka() {
    return KAFKA + offset;
  }

  /** Port of the broker's controller. */
  public int kafkaController() {
    return KAFKA_CONTROLLER + offset;
  }

  /** The first offset, in steps of 100 from 0, whose ports are all free; for one trainer. */
  public static OptionalInt freeOffset() {
    for (int offset = 0; offset <= LARGEST_OFFSET; offset += OFFSET_STEP) {
      if (new Ports(offset).used().isEmpty()) {
        return OptionalInt.of(offset);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Makes sure that every port is free.
   *
   * @param trainers how many processes there will be
   * @param patience how long a used port may take to become free, for the children of a run that
   *     was killed
   * @throws CommandFailure naming the first port that is in use
   */
  public void requireFree(Trainers trainers, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<Named> used = firstUsed(trainers);
    while (used.isPresent()) {
      if (System.nanoTime() >= deadline) {
        Named port = used.get();
        throw new CommandFailure(
            "port "
                + port.port()
                + " ("
                + port.owner()
                + "): in use (expected: free; choose others with --port-offset)");
      }
      Thread.sleep(100);
      used = firstUsed(trainers);
    }
  }

  /** All ports of a suite with one trainer. */
  public List<Named> all() {
    return all(Trainers.ONE);
  }

  /** Those of a suite with one trainer that are in use. */
  public List<Named> used() {
    return all().stream().filter(port -> !isFree(port.port())).toList();
  }

  private Optional<Named> firstUsed(Trainers trainers) {
    return all(trainers).stream().filter(port -> !isFree(port.port())).findFirst();
  }

  List<Named> all(Trainers trainers) {
    List<Named> ports = new ArrayList<>();
    for (ServiceProcess process : trainers.processes()) {
      ports.add(new Named(process.name(), grpc(process)));
    }
    for (ServiceProcess process : trainers.processes()) {
      ports.add(new Named(process.name() + " http", http(process)));
    }
    ports.add(new Named("broker", kafka()));
    ports.add(new Named("broker controller", kafkaController()));
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // As the services do: a connection of an earlier run in TIME_WAIT does not matter.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
