package dev.facealign.trainer.page;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.api.JobLog;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJobStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A job and its course so far.
 *
 * @param record the job
 * @param epochs by number, each as it was told last
 */
record Run(JobRecord record, List<EpochCompleted> epochs) {

  /**
   * A job's run.
   *
   * @throws FaultException NOT_FOUND; UNAVAILABLE
   */
  static Run of(String jobId, JobLog log) {
    JobRecord record = log.find(jobId);
    // An attempt that goes on where another ended may tell an epoch again.
    TreeMap<Integer, EpochCompleted> epochs = new TreeMap<>();
    for (TrainingEvent event : log.ledger().events(jobId)) {
      if (event.hasEpoch()) {
        epochs.put(event.getEpoch().getEpoch(), event.getEpoch());
      }
    }
    return new Run(record, new ArrayList<>(epochs.values()));
  }

  String jobId() {
    return record.jobId();
  }

  TrainingJobStatus status() {
    return record.status();
  }

  boolean isOver() {
    return record.state() instanceof JobState.Terminal;
  }

  /** {@code {"status": ..., "epochs": [...]}}. */
  String json() {
    List<String> each = epochs.stream().map(Run::json).toList();
    return "{\"status\": " + json(status()) + ",\n\"epochs\": [" + String.join(",\n", each) + "]}";
  }

  /** A message as JSON. */
  static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("jobs hold no Any, whose type could be unknown", e);
    }
  }
}
