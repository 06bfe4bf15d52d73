package dev.facealign.trainer.run;

/**
 * What a run begins with.
 *
 * @param trainingFaces faces trained on
 * @param validationFaces faces held out
 * @param resumedEpoch epochs that a checkpoint brought along; 0 for a fresh start
 * @param resumedStep steps of the next epoch that it brought along
 * @param device "cpu" or "gpu0"
 */
public record StartedRun(
    int trainingFaces, int validationFaces, int resumedEpoch, int resumedStep, String device) {}
