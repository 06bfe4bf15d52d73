package dev.facealign.cli.doctor;

import java.util.List;

/** Processors that may be used. */
final class ProcessorCheck implements Check {
  private static final String NAME = "processors";

  private final SystemFiles files;
  private final int usable;

  /**
   * @param usable how many this process may use
   */
  ProcessorCheck(SystemFiles files, int usable) {
    this.files = files;
    this.usable = usable;
  }

  @Override
  public Finding look() {
    List<String> lines = files.lines("proc/cpuinfo");
    long there = lines.stream().filter(line -> line.startsWith("processor")).count();
    boolean avx2 =
        lines.stream().filter(line -> line.startsWith("flags")).anyMatch(l -> l.contains(" avx2"));
    String found =
        usable
            + (there > usable ? " of the machine's " + there : "")
            + (avx2 ? ", with AVX2" : ", without AVX2");
    if (usable < 2) {
      return Finding.warning(
          NAME, found, "give it two or more: with one, a training job slows every answer down");
    }
    if (!avx2) {
      return Finding.warning(
          NAME,
          found,
          "choose a processor with AVX2: without it networks take several times as long");
    }
    return Finding.ok(NAME, found);
  }
}
