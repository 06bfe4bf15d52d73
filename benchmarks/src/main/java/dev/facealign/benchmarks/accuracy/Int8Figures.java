package dev.facealign.benchmarks.accuracy;

import dev.facealign.trainer.quantise.QuantisedNetwork;

/**
 * An 8-bit network of a run's model.
 *
 * @param offered whether it may serve
 * @param validationNme on the faces held out, fraction
 * @param floatValidationNme of the network it was made of, measured in the same way
 * @param calibrationFaces by which activations' scales were chosen
 */
record Int8Figures(
    boolean offered, double validationNme, double floatValidationNme, int calibrationFaces) {

  static Int8Figures of(QuantisedNetwork network) {
    return new Int8Figures(
        network.offered(),
        network.validationNme(),
        network.floatValidationNme(),
        network.calibrationFaces());
  }
}
