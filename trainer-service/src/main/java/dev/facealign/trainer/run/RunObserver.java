package dev.facealign.trainer.run;

/** Hears of a run's progress, on the thread that trains: the run waits until a call returns. */
public interface RunObserver {

  /** Data are loaded, the first step follows. */
  void started(StartedRun run);

  /** An epoch ended. */
  void epochCompleted(EpochFigures figures);

  /** The run's state, to be kept. An exception ends the run and reaches its caller. */
  void checkpoint(Checkpoint checkpoint);
}
