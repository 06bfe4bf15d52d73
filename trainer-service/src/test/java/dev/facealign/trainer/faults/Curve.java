package dev.facealign.trainer.faults;

import dev.facealign.v1.EpochCompleted;
import dev.facealign.v1.TrainingEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run gave, to the last bit: the loss and the validation NME of every epoch, by all the
 * attempts that told of it, and the network that came out.
 *
 * @param epochs figures by epoch; more than one where attempts disagree
 * @param networkSha256 of model.onnx
 */
record Curve(Map<Integer, Set<String>> epochs, String networkSha256) {

  /** Of a job that has succeeded. */
  static Curve of(TrainingGround ground, String jobId) {
    TrainingEvent end = ground.observer().end(jobId).orElseThrow();
    Map<Integer, Set<String>> epochs = new TreeMap<>();
    for (TrainingEvent event : ground.observer().events(jobId, TrainingEvent::hasEpoch)) {
      EpochCompleted epoch = event.getEpoch();
      epochs
          .computeIfAbsent(epoch.getEpoch(), number -> new TreeSet<>())
          .add(epoch.getLoss() + " " + epoch.getValidationNme());
    }
    return new Curve(epochs, ground.networkHash(end.getSucceeded().getModelVersion()));
  }
}
