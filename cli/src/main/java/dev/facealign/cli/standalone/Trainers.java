package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many trainers share the machine.
 *
 * @param count trainers that take jobs, 0 to 32; with 0, one trainer-service answers and jobs wait
 *     in the queue
 */
public record Trainers(int count) {
  /** The usual one. */
  public static final Trainers ONE = new Trainers(1);

  private static final int MOST = 32;

  public Trainers {
    if (count < 0 || count > MOST) {
      throw new CommandFailure("--trainers: " + count + " (expected: 0 to " + MOST + ")");
    }
  }

  /** The suite's processes with so many trainers; of each service there is at least one. */
  List<ServiceProcess> processes() {
    List<ServiceProcess> processes = new ArrayList<>();
    for (SuiteService service : SuiteService.values()) {
      processes.add(new ServiceProcess(service, 1));
      if (service == SuiteService.TRAINER) {
        for (int number = 2; number <= count; number++) {
          processes.add(new ServiceProcess(service, number));
        }
      }
    }
    return processes;
  }

  /** Whether jobs are taken at all. */
  boolean takeJobs() {
    return count > 0;
  }

  /**
   * Threads that each may compute with, so that together they have no more than there are
   * processors; empty where one trainer has them all.
   */
  OptionalInt threadsEach(int processors) {
    return count < 2 ? OptionalInt.empty() : OptionalInt.of(Math.max(1, processors / count));
  }

  /** Java heap of each: together about half of the machine's memory, but 1 to 4 GiB each. */
  long heapMebibytesEach(long machineMebibytes) {
    // One trainer has a quarter, since PyTorch's memory lies outside the heap.
    return Math.min(4096, Math.max(1024, machineMebibytes / (2L * (Math.max(1, count) + 1))));
  }
}
