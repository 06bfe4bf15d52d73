package dev.facealign.benchmarks.accuracy;

/**
 * An epoch of a run.
 *
 * @param epoch from 1
 * @param inputSizePx side of the network's input
 * @param loss mean training loss, in the loss's own units
 * @param validationNme on the faces held out, fraction
 * @param learningRate of the last step
 * @param smoothFaceComponents eigenvectors of the smooth face; 0 for losses without one
 * @param imagesPerSecond faces trained on in a second
 * @param seconds validation included
 */
record CurvePoint(
    int epoch,
    int inputSizePx,
    double loss,
    double validationNme,
    double learningRate,
    int smoothFaceComponents,
    double imagesPerSecond,
    double seconds) {}
