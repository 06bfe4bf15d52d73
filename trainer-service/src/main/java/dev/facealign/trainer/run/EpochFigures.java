package dev.facealign.trainer.run;

/**
 * Figures of an epoch.
 *
 * @param epoch from 1
 * @param epochs epochs of the run
 * @param loss mean training loss, in the loss's own units
 * @param validationNme mean NME of the averaged weights on the faces held out, by the scheme's
 *     default normaliser: fraction, measured in pixels of the pictures; NaN where a prediction was
 *     none
 * @param imagesPerSecond faces trained on in a second, validation not counted
 * @param remainingSeconds estimate for the rest of the run
 * @param learningRate of the epoch's last step
 * @param smoothFaceComponents eigenvectors that the smooth face kept; 0 for losses without one
 * @param bestValidationNme the lowest so far at this input size
 * @param epochSeconds seconds the epoch took, validation included
 * @param trainingSeconds seconds of it before validation
 * @param inputSizePx side of the network's input, at which the NME was measured
 */
public record EpochFigures(
    int epoch,
    int epochs,
    double loss,
    double validationNme,
    double imagesPerSecond,
    double remainingSeconds,
    double learningRate,
    int smoothFaceComponents,
    double bestValidationNme,
    double epochSeconds,
    double trainingSeconds,
    int inputSizePx) {}
