package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything the suite keeps on one machine.
 *
 * @param root the folder, absolute
 */
public record DataFolder(Path root) {
  private static final String VARIABLE = "FACEALIGN_DATA";

  public DataFolder {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * The folder a command works with.
   *
   * @param option the value of {@code --data}; null: the environment's FACEALIGN_DATA, else "data"
   *     in the installation, else "data" in the working folder
   */
  public static DataFolder of(@Nullable Path option, Invocation invocation) {
    if (option != null) {
      return new DataFolder(invocation.resolve(option));
    }
    String variable = invocation.variable(VARIABLE, "");
    if (!variable.isEmpty()) {
      return new DataFolder(invocation.resolve(Path.of(variable)));
    }
    Path home = Path.of(invocation.variable(Installation.HOME_VARIABLE, "."));
    return new DataFolder(invocation.resolve(home.resolve("data")));
  }

  /** The broker's logs. */
  public Path kafka() {
    return root.resolve("kafka");
  }

  /** Shape models, models, checkpoints, reports. */
  public Path artifacts() {
    return root.resolve("artifacts");
  }

  /** Datasets by name; entries may be symbolic links. */
  public Path datasets() {
    return root.resolve("datasets");
  }

  /** One log a child process. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** A child's log. */
  public Path log(String child) {
    return logs().resolve(child + ".log");
  }

  /** Locked while a suite runs in this folder. */
  Path lockFile() {
    return root.resolve("standalone.lock");
  }

  /** Says where the running suite's services are. */
  Path stateFile() {
    return root.resolve("standalone.json");
  }

  /** Makes the folder and its parts. */
  public void create() {
    for (Path folder : new Path[] {root, kafka(), artifacts(), datasets(), logs()}) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new CommandFailure(
            "data folder "
                + folder
                + ": cannot be made (expected: a folder that can be written): "
                + e,
            e);
      }
    }
  }
}
