package dev.facealign.trainer.page;

import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.page.Page;
import dev.facealign.trainer.api.JobLog;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.sample.DrawnSamples;
import dev.facealign.trainer.sample.SampleArchive;
import dev.facealign.trainer.worker.JobEvents;
import dev.facealign.v1.AttemptStarted;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.JobSucceeded;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The run "job-1" as its events tell it, and its pages. */
final class ToldRun {
  static final String JOB_ID = "job-1";
  private static final int EPOCHS = 10;

  private final JobLedger ledger = new JobLedger();
  private final JobLog log = new JobLog(new Log(), Clock.systemUTC());
  private final SampleArchive archive;
  private final RunPage page;
  private final RunIndexPage index = new RunIndexPage(new Page());

  /**
   * @param folder of the artifact store
   */
  ToldRun(Path folder, String modelName) {
    archive = new SampleArchive(new LocalArtifactStore(folder));
    page = new RunPage(new Page(), archive);
    TrainingJob job =
        TrainingJob.newBuilder()
            .setJobId(JOB_ID)
            .setModelName(modelName)
            .setDataset(DatasetRef.newBuilder().setName("300w").setScheme("68"))
            .build();
    ledger.record(event().setStarted(AttemptStarted.newBuilder().setJob(job)).build());
  }

  /** A log that is the ledger. */
  private final class Log implements JobEvents {
    @Override
    public boolean caughtUp() {
      return true;
    }

    @Override
    public JobLedger ledger() {
      return ledger;
    }

    @Override
    public void awaitCurrent(Duration patience) {}

    @Override
    public void send(TrainingEvent event) {
      ledger.record(event);
    }

    @Override
    public void sendAndWait(TrainingEvent event, Duration patience) {
      ledger.record(event);
    }

    @Override
    public boolean sendInTheEnd(TrainingEvent event, BooleanSupplier giveUp) {
      ledger.record(event);
      return true;
    }
  }

  private static TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder().setJobId(JOB_ID).setAttempt(1).setWorker("worker-1");
  }

  /** An epoch without samples ends. */
  void epoch(int epoch) {
    epoch(epoch, "");
  }

  /** An epoch ends whose samples are kept. */
  void epoch(int epoch, DrawnSamples samples) {
    epoch(epoch, archive.of(JOB_ID).keep(epoch, EPOCHS, samples.epoch(epoch)));
  }

  /** An epoch ends whose samples are said to be there. */
  void epoch(int epoch, String samples) {
    ledger.record(
        event()
            .setEpoch(
                EpochCompleted.newBuilder()
                    .setEpoch(epoch)
                    .setEpochs(EPOCHS)
                    .setLoss(40.0 / epoch)
                    .setValidationNme(0.2 / epoch)
                    .setBestValidationNme(0.2 / epoch)
                    .setLearningRate(0.001)
                    .setSmoothFaceComponents(8 * epoch)
                    .setSamples(samples))
            .build());
  }

  void succeed() {
    ledger.record(
        event().setSucceeded(JobSucceeded.newBuilder().setModelVersion("0123abcd")).build());
  }

  String page() {
    return page(JOB_ID);
  }

  String page(String jobId) {
    return page.of(Run.of(jobId, log));
  }

  String json() {
    return Run.of(JOB_ID, log).json();
  }

  String index() {
    return index.of(ledger.all());
  }
}
