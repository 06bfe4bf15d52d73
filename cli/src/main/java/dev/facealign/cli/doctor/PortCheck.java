package dev.facealign.cli.doctor;

import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.Ports;
import dev.facealign.cli.standalone.StandaloneState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Whether the suite's ports are free. */
final class PortCheck implements Check {
  private static final String NAME = "ports";

  private final Ports ports;
  private final DataFolder folder;
  private final ListeningProcesses listening;

  PortCheck(Ports ports, DataFolder folder, ListeningProcesses listening) {
    this.ports = ports;
    this.folder = folder;
    this.listening = listening;
  }

  @Override
  public Finding look() {
    Optional<StandaloneState> running = StandaloneState.running(folder);
    if (running.isPresent()) {
      return Finding.ok(
          NAME,
          "a suite runs in %s (process %d, port offset %d)"
              .formatted(folder.root(), running.get().pid(), running.get().portOffset()));
    }
    List<Ports.Named> used = ports.used();
    if (used.isEmpty()) {
      return Finding.ok(NAME, "all free: " + words(ports.all()));
    }
    Map<String, List<Ports.Named>> owners =
        used.stream()
            .collect(
                Collectors.groupingBy(
                    port -> listening.on(port.port()).orElse("another user's process"),
                    LinkedHashMap::new,
                    Collectors.toList()));
    String taken =
        owners.entrySet().stream()
            .map(owner -> words(owner.getValue()) + " by " + owner.getKey())
            .collect(Collectors.joining(", "));
    OptionalInt free = Ports.freeOffset();
    return Finding.problem(
        NAME,
        "in use: " + taken,
        free.isPresent()
            ? "end what uses them, or take others: facealign up --port-offset " + free.getAsInt()
            : "end what uses them");
  }

  private static String words(List<Ports.Named> all) {
    return all.stream().map(port -> Integer.toString(port.port())).collect(Collectors.joining(" "));
  }
}
