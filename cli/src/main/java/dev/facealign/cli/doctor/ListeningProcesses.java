package dev.facealign.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Who listens on this machine's TCP ports, as far as this user may know. */
final class ListeningProcesses {
  private static final String LISTEN = "0A";

  private final SystemFiles files;

  ListeningProcesses(SystemFiles files) {
    this.files = files;
  }

  /** The process that listens on a port, such as "java (process 4711)". */
  Optional<String> on(int port) {
    Set<String> sockets = sockets(port);
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> processes =
        Files.newDirectoryStream(files.root().resolve("proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          String pid = String.valueOf(process.getFileName());
          return Optional.of(
              files.text("proc/" + pid + "/comm").orElse("?") + " (process " + pid + ")");
        }
      }
    } catch (IOException e) {
      // Then it stays unknown.
    }
    return Optional.empty();
  }

  private Set<String> sockets(int port) {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
    String ending = String.format(Locale.ROOT, ":%04X", port);
    Set<String> sockets = new HashSet<>();
    for (String table : new String[] {"proc/net/tcp", "proc/net/tcp6"}) {
      for (String line : files.lines(table)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > 9 && fields[1].endsWith(ending) && fields[3].equals(LISTEN)) {
          sockets.add("socket:[" + fields[9] + "]");
        }
      }
    }
    return sockets;
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : open) {
        if (sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
    } catch (IOException e) {
      // Another user's process, or one that has just ended.
    }
    return false;
  }
}
