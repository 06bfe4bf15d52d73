package dev.facealign.inference.finding;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.model.LoadedModel;

/** What is asked for: the labels of faces that the caller has cropped itself. */
public interface CropQuery {

  /** Which model, as {@link dev.facealign.inference.model.RegistryState} resolves it. */
  String model();

  /** Memory that it takes while it waits, bytes. */
  long sizeBytes();

  /**
   * Checks that it can be put to a model.
   *
   * @return faces, 1 or more
   * @throws FaultException INVALID_ARGUMENT naming what does not fit
   */
  int requireFit(LoadedModel model);

  /**
   * Writes one face's crop.
   *
   * @param face index, 0 to the number of faces - 1
   * @param crop 3 x S x S: planes of red, green and blue in [0, 1]
   * @throws FaultException INVALID_ARGUMENT: a value that is none
   */
  void read(int face, float[] crop);
}
