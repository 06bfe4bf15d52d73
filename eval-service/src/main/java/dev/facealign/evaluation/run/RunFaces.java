package dev.facealign.evaluation.run;

import dev.facealign.dataset.DatasetSummary;
import dev.facealign.evaluation.inference.Cancellation;

/** The faces that a run measures on, and where it keeps what comes of them. */
record RunFaces(FaceSource source, UnfinishedRun run, Cancellation cancellation) {

  DatasetSummary summary() {
    return source.summary();
  }
}
