package dev.facealign.trainer.api;

import dev.facealign.platform.grpc.EndlessStreams;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.trainer.job.JobLedger;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.worker.JobEvents;
import dev.facealign.v1.TrainingEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Streams jobs' events to watchers; a slow watcher waits on a thread of its own and holds nobody
 * up.
 */
@Singleton
final class JobWatches implements AutoCloseable {
  private final JobEvents events;
  private final EndlessStreams streams;
  private final ExecutorService senders =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "watch-job");
            thread.setDaemon(true);
            return thread;
          });

  JobWatches(JobEvents events, EndlessStreams streams) {
    this.events = events;
    this.streams = streams;
  }

  private record Step(TrainingEvent event, boolean last) {}

  /**
   * Sends the job's events so far and live ones, until the terminal one or until the watcher
   * leaves.
   */
  void begin(String jobId, ServerStream<TrainingEvent> stream) {
    BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    // The record told with an event that is not the newest may be terminal already; only a terminal
    // event is the last.
    JobLedger.Watch watch =
        events
            .ledger()
            .watch(jobId, (after, event) -> steps.add(new Step(event, isTerminal(event))));
    var sending = senders.submit(() -> send(steps, stream));
    streams.add(
        stream,
        () -> {
          watch.close();
          sending.cancel(true);
        });
  }

  private static boolean isTerminal(TrainingEvent event) {
    return new JobState.Queued(0).after(event) instanceof JobState.Terminal;
  }

  private static void send(BlockingQueue<Step> steps, ServerStream<TrainingEvent> stream) {
    try {
      while (true) {
        Step step = steps.take();
        if (!stream.send(step.event())) {
          return;
        }
        if (step.last()) {
          stream.complete();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  @PreDestroy
  public void close() {
    senders.shutdownNow();
  }
}
