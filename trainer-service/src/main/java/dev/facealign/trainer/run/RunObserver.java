package dev.facealign.trainer.run;

/** Hears of a run's progress, on the thread that trains: the run waits until a call returns. */
public interface RunObserver {

  /** Data are loaded, the first step follows. */
  void started(StartedRun run);

  /** How many of the faces held out it wants to see predictions of; at least 0. */
  default int sampleFaces() {
    return 0;
  }

  /**
   * An epoch ended.
   *
   * @param figures its figures
   * @param samples predictions for as many faces as were wanted, or as there are
   */
  void epochCompleted(EpochFigures figures, EpochSamples samples);

  /** The run's state, to be kept. An exception ends the run and reaches its caller. */
  void checkpoint(Checkpoint checkpoint);
}
