package dev.facealign.cli.sweep;

import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobState;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.Sweep;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.util.Arrays;

/** Jobs of a sweep "night" as a service tells them. */
final class SweepJobs {
  static final int EPOCHS = 60;

  private SweepJobs() {}

  static TrainingJob.Builder acr(String id, double lambda, long seed) {
    return job(
        id,
        LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_ACR).setLambda(lambda).build(),
        seed);
  }

  static TrainingJob.Builder l2(String id, long seed) {
    return job(id, LossSettings.newBuilder().setKind(LossKind.LOSS_KIND_L2).build(), seed);
  }

  private static TrainingJob.Builder job(String id, LossSettings loss, long seed) {
    return TrainingJob.newBuilder()
        .setJobId(id)
        .setSweep("night")
        .setNetwork(Network.NETWORK_MOBILENET_V2)
        .setLoss(loss.toBuilder().setCoordinateScale(30))
        .setInputSizePx(112)
        .setEpochs(EPOCHS)
        .setSeed(seed)
        .setModelName("mobilenet-v2-68");
  }

  static TrainingJobStatus queued(TrainingJob.Builder job) {
    return TrainingJobStatus.newBuilder().setJob(job).setState(JobState.JOB_STATE_QUEUED).build();
  }

  static TrainingJobStatus running(TrainingJob.Builder job, int epoch, double nme) {
    return TrainingJobStatus.newBuilder()
        .setJob(job)
        .setState(JobState.JOB_STATE_RUNNING)
        .setLatestEpoch(epoch(epoch, nme))
        .build();
  }

  static TrainingJobStatus succeeded(TrainingJob.Builder job, double nme) {
    return running(job, EPOCHS, nme).toBuilder()
        .setState(JobState.JOB_STATE_SUCCEEDED)
        .setModelVersion("cafe".repeat(16))
        .build();
  }

  static TrainingJobStatus failed(TrainingJob.Builder job, String reason) {
    return running(job, 3, 0.2).toBuilder()
        .setState(JobState.JOB_STATE_FAILED)
        .setReason(reason)
        .build();
  }

  static EpochCompleted epoch(int epoch, double nme) {
    return EpochCompleted.newBuilder()
        .setEpoch(epoch)
        .setEpochs(EPOCHS)
        .setValidationNme(nme)
        .setBestValidationNme(nme)
        .setInputSizePx(112)
        .build();
  }

  static Sweep sweep(TrainingJobStatus... jobs) {
    return Sweep.newBuilder().setSweepId("night").addAllJobs(Arrays.asList(jobs)).build();
  }
}
