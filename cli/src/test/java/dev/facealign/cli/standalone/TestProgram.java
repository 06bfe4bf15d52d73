package dev.facealign.cli.standalone;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A program for the supervisor to run: a gRPC server with the health service.
 *
 * <pre>
 * serve PORT          serves until SIGTERM
 * mute PORT           serves, but never says SERVING
 * stubborn PORT       serves and does not end on SIGTERM
 * once PORT FILE      serves while FILE is missing and makes it; the next time it dies at once
 * die                 writes a line and dies
 * lock FOLDER FILE    takes a data folder, makes FILE, and waits for SIGKILL
 * </pre>
 */
final class TestProgram {
  private TestProgram() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "serve" -> serve(arguments[1], ServingStatus.SERVING);
      case "mute" -> serve(arguments[1], ServingStatus.NOT_SERVING);
      case "stubborn" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(TestProgram::sleepForEver));
        serve(arguments[1], ServingStatus.SERVING);
      }
      case "lock" -> {
        DataFolder folder = new DataFolder(Path.of(arguments[1]));
        FolderLock lock = FolderLock.acquire(folder);
        StandaloneState.ofThisProcess(new Ports(0), Trainers.ONE).write(folder);
        Files.createFile(Path.of(arguments[2]));
        sleepForEver();
        lock.close();
      }
      default -> {
        System.out.println("the disk is full");
        System.exit(3);
      }
    }
  }

  private static void serve(String port, ServingStatus status) throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    Server server =
        ServerBuilder.forPort(Integer.parseInt(port)).addService(health.getHealthService()).build();
    server.start();
    server.awaitTermination();
  }

  private static void sleepForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The program as the supervisor runs it. */
  static Program program(String name, Path folder, Readiness readiness, String... arguments) {
    return new Program(
        name, command(arguments), Map.of(), folder.resolve(name + ".log"), readiness);
  }

  static List<String> command(String... arguments) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TestProgram.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
