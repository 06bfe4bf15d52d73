package dev.facealign.inference.batch;

import dev.facealign.inference.network.LandmarkNetwork;
import dev.facealign.inference.network.NetworkAnswer;

/** One face to be run through a network. */
public final class FaceTask {
  private final LandmarkNetwork network;
  private final float[] crop;
  private final Caller caller;
  private final Listener listener;

  /**
   * A task.
   *
   * @param network which; it must stay open until the outcome is told
   * @param crop its input, 3 x S x S; not copied, and not to be touched by others until the outcome
   *     is told
   * @param caller who waits
   * @param listener told the outcome, once
   */
  public FaceTask(LandmarkNetwork network, float[] crop, Caller caller, Listener listener) {
    this.network = network;
    this.crop = crop;
    this.caller = caller;
    this.listener = listener;
  }

  LandmarkNetwork network() {
    return network;
  }

  float[] crop() {
    return crop;
  }

  Caller caller() {
    return caller;
  }

  Listener listener() {
    return listener;
  }

  /**
   * Told what became of a task. Called by the batcher's thread, which every other face waits for:
   * must be brief.
   */
  public interface Listener {

    /**
     * It was run.
     *
     * @param answer the network's; its labels are finite, its expected errors may be anything
     * @param waitedNanos from submission to the run's begin
     * @param ranNanos how long the batch took that it was part of
     */
    void completed(NetworkAnswer answer, long waitedNanos, long ranNanos);

    /** It failed. */
    void failed(RuntimeException failure);

    /** Its caller was gone when its turn came; it was not run. */
    void dropped();
  }
}
