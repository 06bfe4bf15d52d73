package dev.facealign.trainer.run;

/** Tells a run to stop. Asked before every step, on the thread that trains. */
@FunctionalInterface
public interface StopSignal {

  /** Whether the run is to stop. Once true, it stays so. */
  boolean stopRequested();
}
