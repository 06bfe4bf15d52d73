package dev.facealign.cli.sweep;

import dev.facealign.cli.client.AnswerStream;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.WatchJobRequest;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

/**
 * A job's NME on its held-out faces by epoch.
 *
 * @param jobId the job
 * @param nmes fractions by epoch, from 1; empty before the first
 */
record NmeCurve(String jobId, SortedMap<Integer, Double> nmes) {
  /** Events so far come at once; only live ones, of which none is needed, take their time. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** Reads a job's epochs so far. Of jobs that ended long ago only the last is kept. */
  static NmeCurve read(TrainingJobStatus job, SuiteConnection connection)
      throws InterruptedException {
    String jobId = job.getJob().getJobId();
    SortedMap<Integer, Double> nmes = new TreeMap<>();
    if (!job.hasLatestEpoch()) {
      return new NmeCurve(jobId, nmes);
    }
    WatchJobRequest request = WatchJobRequest.newBuilder().setJobId(jobId).build();
    try (AnswerStream<?, TrainingEvent> events =
        connection.stream(SuiteService.TRAINER, connection.trainingJobs().watchJob(request))) {
      TrainingEvent event = events.next(QUIET);
      while (event != null) {
        if (event.hasEpoch()) {
          add(event.getEpoch(), nmes);
        }
        if (event.getEpoch().equals(job.getLatestEpoch())) {
          break;
        }
        event = events.next(QUIET);
      }
    } catch (TimeoutException e) {
      // The worker that answered has not seen as much as the one before: this much it has.
    }
    return new NmeCurve(jobId, nmes);
  }

  /** An attempt that goes on from a checkpoint does epochs again that the one before had done. */
  private static void add(EpochCompleted epoch, SortedMap<Integer, Double> nmes) {
    nmes.tailMap(epoch.getEpoch()).clear();
    nmes.put(epoch.getEpoch(), epoch.getValidationNme());
  }
}
