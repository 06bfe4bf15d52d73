package dev.facealign.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Memory of the machine, or of the control groups that bound this process. */
final class MemoryCheck implements Check {
  private static final String NAME = "memory";
  private static final Pattern WHOLE = Pattern.compile("^(\\d+)$");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
  private static final Pattern CACHE = Pattern.compile("(?m)^(?:total_)?inactive_file (\\d+)$");

  /** Less, and the five processes of {@code facealign up} do not fit. */
  private static final long LEAST = 2 * ByteSize.GIBIBYTE;

  /** Less, and a training job of usual size does not fit beside them. */
  private static final long COMFORTABLE = 4 * ByteSize.GIBIBYTE;

  private final SystemFiles files;

  MemoryCheck(SystemFiles files) {
    this.files = files;
  }

  /** A group's bound in bytes, and what of it may be taken still. */
  private record Group(long limit, long free) {}

  @Override
  public Finding look() {
    OptionalLong machine = files.number("proc/meminfo", TOTAL);
    if (machine.isEmpty()) {
      return Finding.warning(
          NAME, "unknown, /proc/meminfo cannot be read", "see that it is 4 GiB or more");
    }
    long total = machine.getAsLong() * 1024;
    long free = files.number("proc/meminfo", AVAILABLE).orElse(0) * 1024;
    String bound = "";
    for (Group group : groups()) {
      free = Math.min(free, group.free());
      if (group.limit() < total) {
        total = group.limit();
        bound = ", bounded by a control group (container)";
      }
    }
    String found = ByteSize.words(total) + ", " + ByteSize.words(free) + " free" + bound;
    if (total < LEAST) {
      return Finding.problem(
          NAME, found, "give it 4 GiB or more; `facealign detect` alone needs about 512 MiB");
    }
    if (free < LEAST) {
      return Finding.warning(
          NAME, found, "end other programs before `facealign up`: it takes 2 GiB");
    }
    if (total < COMFORTABLE) {
      return Finding.warning(NAME, found, "give it 4 GiB or more for training");
    }
    return Finding.ok(NAME, found);
  }

  /** The groups of version 1 or 2 that this process is in, with those around them. */
  private List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (String line : files.lines("proc/self/cgroup")) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      boolean second = parts[0].equals("0") && parts[1].isEmpty();
      if (second || List.of(parts[1].split(",", -1)).contains("memory")) {
        String folder = second ? "sys/fs/cgroup" : "sys/fs/cgroup/memory";
        String limit = second ? "memory.max" : "memory.limit_in_bytes";
        String usage = second ? "memory.current" : "memory.usage_in_bytes";
        add(groups, folder, limit, usage);
        for (String segment : parts[2].split("/", -1)) {
          if (!segment.isEmpty()) {
            folder += "/" + segment;
            add(groups, folder, limit, usage);
          }
        }
      }
    }
    return groups;
  }

  private void add(List<Group> groups, String folder, String limitFile, String usageFile) {
    // "max" where there is none.
    OptionalLong limit = files.number(folder + "/" + limitFile, WHOLE);
    if (limit.isPresent()) {
      long used = files.number(folder + "/" + usageFile, WHOLE).orElse(0);
      long cache = files.number(folder + "/memory.stat", CACHE).orElse(0);
      groups.add(new Group(limit.getAsLong(), Math.max(0, limit.getAsLong() - used + cache)));
    }
  }
}
