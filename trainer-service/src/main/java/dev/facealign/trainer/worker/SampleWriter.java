package dev.facealign.trainer.worker;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.run.EpochFigures;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.trainer.sample.SampleArchive;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what runs make of sample faces, on a thread of its own: that is there to be looked at, and
 * no run waits long, or ends, for a store that is slow, full or away.
 */
final class SampleWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SampleWriter.class);

  private final SampleArchive archive;
  private final Duration patience;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "sample-writer");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param patience how long an epoch waits at most
   */
  SampleWriter(SampleArchive archive, Duration patience) {
    this.archive = archive;
    this.patience = patience;
  }

  /** Begins to keep a job's samples. */
  Run of(String jobId) {
    return new Run(jobId);
  }

  /** Keeps the samples of one run. Used by one thread. */
  final class Run {
    private final String jobId;
    private final SampleArchive.Job job;
    private Future<String> last = CompletableFuture.completedFuture("");

    private Run(String jobId) {
      this.jobId = jobId;
      this.job = archive.of(jobId);
    }

    /** The artifact with an epoch's samples; empty where it is not there in time. */
    String keep(EpochFigures figures, EpochSamples samples) {
      if (!last.isDone()) {
        // The store still takes an epoch before: this one is left out.
        return "";
      }
      last = thread.submit(() -> job.keep(figures.epoch(), figures.epochs(), samples));
      try {
        return last.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof FaultException fault) {
          return without(figures, fault.getMessage());
        }
        log.error("samples not kept job={} epoch={}", jobId, figures.epoch(), e.getCause());
        return "";
      } catch (TimeoutException e) {
        return without(figures, "the store has not taken them within " + patience);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "";
      }
    }

    private String without(EpochFigures figures, String reason) {
      log.warn("samples not kept job={} epoch={} reason={}", jobId, figures.epoch(), reason);
      return "";
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
