package dev.facealign.cli.standalone;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code standalone.json} says about the suite that runs in a data folder.
 *
 * @param pid the supervising process
 * @param startedAt when the suite was up, ISO 8601
 * @param portOffset offset of all ports
 * @param kafka the broker, host:port
 * @param services by module name; further trainers as "trainer-service-2" and so on
 */
public record StandaloneState(
    long pid, String startedAt, int portOffset, String kafka, Map<String, Endpoints> services) {
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

  /**
   * Where a service is.
   *
   * @param grpc its RPCs, host:port
   * @param http its health and metrics, host:port
   */
  public record Endpoints(String grpc, String http) {}

  /** The state of a suite that this process supervises. */
  static StandaloneState ofThisProcess(Ports ports, Trainers trainers) {
    Map<String, Endpoints> services = new TreeMap<>();
    for (ServiceProcess process : trainers.processes()) {
      services.put(
          process.name(),
          new Endpoints(
              Ports.HOST + ":" + ports.grpc(process), Ports.HOST + ":" + ports.http(process)));
    }
    return new StandaloneState(
        ProcessHandle.current().pid(),
        Instant.now().toString(),
        ports.offset(),
        Ports.HOST + ":" + ports.kafka(),
        services);
  }

  /** What the folder's file says, true or not; empty where there is none or it cannot be read. */
  static Optional<StandaloneState> read(DataFolder folder) {
    try {
      String json = Files.readString(folder.stateFile());
      StandaloneState state = new Gson().fromJson(json, StandaloneState.class);
      return state == null || state.services() == null || state.startedAt() == null
          ? Optional.empty()
          : Optional.of(state);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JsonParseException e) {
      return Optional.empty();
    }
  }

  /** The suite that runs in a folder; empty where none does, also when one left its file behind. */
  public static Optional<StandaloneState> running(DataFolder folder) {
    return read(folder).filter(StandaloneState::isAlive);
  }

  /**
   * Whether the process that wrote this still runs, and is not another one that was given its
   * number.
   */
  boolean isAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    try {
      Instant written = Instant.parse(startedAt).plus(CLOCK_TOLERANCE);
      return process.get().info().startInstant().map(began -> began.isBefore(written)).orElse(true);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Writes it to the folder, in one step. */
  void write(DataFolder folder) throws IOException {
    Path file = folder.stateFile();
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        temporary, new GsonBuilder().setPrettyPrinting().create().toJson(this) + "\n");
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes a folder's file. */
  static void remove(DataFolder folder) throws IOException {
    Files.deleteIfExists(folder.stateFile());
  }
}
