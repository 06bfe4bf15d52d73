package dev.facealign.cli.training;

import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.v1.AttemptSummary;
import dev.facealign.v1.CheckpointWritten;
import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingBegan;
import dev.facealign.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A job's events as people read them. */
final class JobCourse {
  private final List<TrainingEvent> events;

  JobCourse(List<TrainingEvent> events) {
    this.events = List.copyOf(events);
  }

  /** Its attempts, in order. */
  List<AttemptSummary> attempts() {
    Map<Integer, AttemptSummary.Builder> attempts = new TreeMap<>();
    int newest = 0;
    for (TrainingEvent event : events) {
      if (event.hasStarted() && event.getAttempt() > newest) {
        newest = event.getAttempt();
        attempts.put(
            newest,
            AttemptSummary.newBuilder()
                .setAttempt(newest)
                .setWorker(event.getWorker())
                .setStartedAt(event.getAt()));
      }
      AttemptSummary.Builder attempt = attempts.get(event.getAttempt());
      if (attempt != null && attempt.getWorker().equals(event.getWorker())) {
        tell(attempt, event);
      }
    }
    return attempts.values().stream().map(AttemptSummary.Builder::build).toList();
  }

  private static void tell(AttemptSummary.Builder attempt, TrainingEvent event) {
    attempt.setLastSeenAt(event.getAt());
    switch (event.getEventCase()) {
      case TRAINING_BEGAN -> attempt.setEpoch(event.getTrainingBegan().getResumedEpoch());
      case EPOCH -> attempt.setEpoch(event.getEpoch().getEpoch());
      case RELEASED -> attempt.setEnded(event.getReleased().getReason());
      case SUCCEEDED -> attempt.setEnded("succeeded");
      case FAILED -> attempt.setEnded(event.getFailed().getMessage());
      case CANCELLED -> attempt.setEnded(with("cancelled", event.getCancelled().getReason()));
      case DEAD_LETTERED -> attempt.setEnded(event.getDeadLettered().getReason());
      default -> {
        // It goes on.
      }
    }
  }

  /** A row an event; epochs and checkpoints that follow each other share one. */
  Table table() {
    Table table = new Table("WHEN", ">ATTEMPT", "WHAT");
    List<TrainingEvent> progress = new ArrayList<>();
    for (TrainingEvent event : events) {
      boolean goesOn = event.hasEpoch() || event.hasCheckpoint();
      if (!progress.isEmpty() && (!goesOn || event.getAttempt() != progress.get(0).getAttempt())) {
        row(table, progress.get(progress.size() - 1), progress(progress));
        progress.clear();
      }
      if (goesOn) {
        progress.add(event);
      } else {
        row(table, event, words(event));
      }
    }
    if (!progress.isEmpty()) {
      row(table, progress.get(progress.size() - 1), progress(progress));
    }
    return table;
  }

  private static void row(Table table, TrainingEvent event, String what) {
    table.row(
        Figures.moment(event.getAt()),
        event.getAttempt() == 0 ? "-" : Integer.toString(event.getAttempt()),
        Printable.line(what));
  }

  private static String progress(List<TrainingEvent> events) {
    List<EpochCompleted> epochs =
        events.stream().filter(TrainingEvent::hasEpoch).map(TrainingEvent::getEpoch).toList();
    List<CheckpointWritten> checkpoints =
        events.stream()
            .filter(TrainingEvent::hasCheckpoint)
            .map(TrainingEvent::getCheckpoint)
            .toList();
    List<String> words = new ArrayList<>();
    if (!epochs.isEmpty()) {
      EpochCompleted last = epochs.get(epochs.size() - 1);
      words.add(
          (epochs.size() == 1
                  ? "epoch " + last.getEpoch()
                  : "epochs " + epochs.get(0).getEpoch() + " to " + last.getEpoch())
              + " of "
              + last.getEpochs());
      words.add("loss " + Figures.significant(last.getLoss(), 3));
      words.add("NME " + Figures.percent(last.getValidationNme(), 2));
    }
    if (!checkpoints.isEmpty()) {
      CheckpointWritten last = checkpoints.get(checkpoints.size() - 1);
      words.add(
          (checkpoints.size() == 1 ? "a checkpoint" : checkpoints.size() + " checkpoints, the last")
              + " after epoch "
              + last.getEpoch()
              + (last.getStep() > 0 ? ", step " + last.getStep() : ""));
    }
    return String.join(", ", words);
  }

  private static String words(TrainingEvent event) {
    return switch (event.getEventCase()) {
      case QUEUED -> "queued";
      case STARTED ->
          event.getWorker()
              + " has it, on "
              + event.getStarted().getDevice()
              + (event.getStarted().getDelivery() > 1
                  ? ", delivery " + event.getStarted().getDelivery()
                  : "");
      case TRAINING_BEGAN -> began(event.getTrainingBegan());
      case WAITING ->
          "waits "
              + Figures.roughSpan(event.getWaiting().getRetrySeconds())
              + ": "
              + event.getWaiting().getReason();
      case CHECKPOINT_FAILED ->
          "a checkpoint could not be kept: " + event.getCheckpointFailed().getReason();
      case CANCEL_REQUESTED -> with("a stop was asked for", event.getCancelRequested().getReason());
      case RELEASED -> "back to the queue: " + event.getReleased().getReason();
      case SUCCEEDED ->
          "succeeded: model "
              + Figures.version(event.getSucceeded().getModelVersion())
              + ", NME "
              + Figures.percent(event.getSucceeded().getValidationNme(), 2);
      case FAILED -> "failed: " + event.getFailed().getMessage();
      case CANCELLED -> with("cancelled", event.getCancelled().getReason());
      case DEAD_LETTERED -> "dead letter: " + event.getDeadLettered().getReason();
      case EPOCH, CHECKPOINT, EVENT_NOT_SET -> "";
    };
  }

  /** What an attempt begins to train with. */
  static String began(TrainingBegan training) {
    return training.getTrainingFaces()
        + " faces, "
        + training.getValidationFaces()
        + " held out"
        + (training.getResumedEpoch() > 0 || training.getResumedStep() > 0
            ? ", goes on after epoch "
                + training.getResumedEpoch()
                + (training.getResumedStep() > 0 ? ", step " + training.getResumedStep() : "")
            : "");
  }

  private static String with(String what, String reason) {
    return reason.isEmpty() ? what : what + ": " + reason;
  }
}
