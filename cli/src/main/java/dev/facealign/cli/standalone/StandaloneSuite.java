package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The suite that runs in a data folder under this process: the folder's lock, the broker, the four
 * services and {@code standalone.json}.
 */
public final class StandaloneSuite implements AutoCloseable {
  private static final int TAIL_LINES = 15;
  private static final Duration STOP_BOUND = Duration.ofSeconds(20);
  private static final Duration ORPHANS_PATIENCE = Duration.ofSeconds(15);

  private final DataFolder folder;
  private final Ports ports;
  private final Trainers trainers;
  private final FolderLock lock;
  private final Supervisor supervisor;
  private final ConsoleNews news;
  private boolean closed;

  private StandaloneSuite(
      DataFolder folder,
      Ports ports,
      Trainers trainers,
      FolderLock lock,
      Supervisor supervisor,
      ConsoleNews news) {
    this.folder = folder;
    this.ports = ports;
    this.trainers = trainers;
    this.lock = lock;
    this.supervisor = supervisor;
    this.news = news;
  }

  /**
   * Takes the data folder and makes sure of the ports and the built programs. Starts nothing yet.
   *
   * @param shippedModels brought into a registry without a champion, see {@link
   *     Installation#shippedModels}
   * @param startBound how long the broker, and then the services, may take until they can be used
   * @throws CommandFailure when the folder or a port is in use, or the project is not built
   */
  public static StandaloneSuite prepare(
      DataFolder folder,
      Ports ports,
      Trainers trainers,
      Installation installation,
      Optional<Path> shippedModels,
      Duration startBound,
      Invocation invocation)
      throws InterruptedException {
    folder.create();
    FolderLock lock = FolderLock.acquire(folder);
    try {
      Programs programs =
          new Programs(folder, ports, trainers, installation, shippedModels, invocation);
      List<List<Program>> stages = List.of(List.of(programs.broker()), programs.services());
      ports.requireFree(trainers, cleanUp(folder, invocation));
      for (List<Program> stage : stages) {
        for (Program program : stage) {
          setAside(program.log());
        }
      }
      ConsoleNews news = new ConsoleNews(invocation.console());
      Supervisor supervisor =
          new Supervisor(
              stages, news, RestartPolicy.USUAL, new Supervisor.Bounds(startBound, STOP_BOUND));
      return new StandaloneSuite(folder, ports, trainers, lock, supervisor, news);
    } catch (IOException e) {
      lock.close();
      throw cannotWrite(folder, e);
    } catch (CommandFailure | InterruptedException e) {
      lock.close();
      throw e;
    }
  }

  /** Removes what a killed run left, and says how long its children may take to leave. */
  private static Duration cleanUp(DataFolder folder, Invocation invocation) throws IOException {
    if (!Files.exists(folder.stateFile())) {
      return Duration.ZERO;
    }
    // The lock is ours, so whoever wrote this is gone; its children notice that within seconds.
    invocation
        .console()
        .say("the run before in " + folder.root() + " was killed; cleaning up after it");
    StandaloneState.remove(folder);
    return ORPHANS_PATIENCE;
  }

  /** Keeps the log of the run before beside the new one. */
  private static void setAside(Path log) throws IOException {
    if (Files.exists(log)) {
      Path before = log.resolveSibling(log.getFileName() + ".1");
      Files.move(log, before, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static CommandFailure cannotWrite(DataFolder folder, IOException cause) {
    return new CommandFailure(
        "data folder "
            + folder.root()
            + ": cannot be written (expected: a local folder with space): "
            + cause,
        cause);
  }

  /**
   * Starts everything and returns when every service says it is SERVING.
   *
   * @throws CommandFailure naming the child that failed, with the end of its log
   */
  public void start() throws InterruptedException {
    try {
      supervisor.start();
      StandaloneState.ofThisProcess(ports, trainers).write(folder);
    } catch (ChildFailure e) {
      throw describe(e);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    } finally {
      news.close();
    }
  }

  /**
   * Waits until the suite is closed by another thread.
   *
   * @throws CommandFailure when a child died too often
   */
  public void awaitEnd() throws InterruptedException {
    try {
      supervisor.awaitEnd();
    } catch (ChildFailure e) {
      throw describe(e);
    }
  }

  /** The folder it runs in. */
  public DataFolder folder() {
    return folder;
  }

  /** Its services' processes. */
  List<ServiceProcess> processes() {
    return trainers.processes();
  }

  /** Its ports. */
  public Ports ports() {
    return ports;
  }

  private static CommandFailure describe(ChildFailure failure) {
    List<String> details = new ArrayList<>();
    details.add("log: " + failure.log());
    LogTail.of(failure.log(), TAIL_LINES).forEach(line -> details.add("  | " + line));
    return new CommandFailure(String.valueOf(failure.getMessage()), details, failure);
  }

  /** Stops the services, then the broker, and leaves the folder. Safe to call more than once. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    supervisor.close();
    try {
      StandaloneState.remove(folder);
    } catch (IOException e) {
      // Clients and the next run see that its process is gone.
    }
    lock.close();
  }
}
