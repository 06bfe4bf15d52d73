package dev.facealign.inference.network;

import java.util.List;

/**
 * A network that turns square crops of faces into labels. Safe for use by many threads, whose runs
 * are side by side.
 */
public interface LandmarkNetwork extends AutoCloseable {

  /** Side S of its input, pixels. */
  int inputSizePx();

  /** Numbers it answers for a crop: 2M for M landmarks. */
  int outputs();

  /** Whether it also tells how far each of its M landmarks may be off. */
  boolean tellsExpectedErrors();

  /**
   * Runs a batch.
   *
   * @param crops one or more, each 3 x S x S: planes of red, green and blue in [0, 1]
   * @return for each crop its 2M labels and, if the network tells them, M expected errors
   * @throws NetworkException the batch could not be run
   */
  List<NetworkAnswer> run(List<float[]> crops);

  /**
   * Frees the network when the runs that are on have ended; it cannot be run afterwards. Closing
   * again does nothing.
   */
  @Override
  void close();
}
