package dev.facealign.evaluation.run;

import dev.facealign.evaluation.inference.AnswerLog;
import dev.facealign.evaluation.library.FaceResults;
import dev.facealign.v1.UnfinishedEvaluation;
import java.nio.file.Path;

/**
 * An evaluation's folder while it runs, which nobody else may use. Closed, it stays for whoever
 * goes on with it; {@link #finish finished}, it is gone.
 */
final class UnfinishedRun implements AutoCloseable {

  private final UnfinishedEvaluation begun;
  private final Path folder;
  private final Runnable delete;
  private final Runnable release;

  UnfinishedRun(UnfinishedEvaluation begun, Path folder, Runnable delete, Runnable release) {
    this.begun = begun;
    this.folder = folder;
    this.delete = delete;
    this.release = release;
  }

  /** What is evaluated. */
  UnfinishedEvaluation begun() {
    return begun;
  }

  String id() {
    return begun.getEvaluationId();
  }

  /** A version's answers, which may be some already. */
  AnswerLog answers(String version) {
    return AnswerLog.open(UnfinishedRuns.answers(folder, version), begun.getDataset().getFaces());
  }

  /** Where a version's per-face results are written. */
  FaceResults results(String version) {
    return new FaceResults(folder.resolve(version + ".faces"));
  }

  /** There is a report: nothing is to be gone on with. */
  void finish() {
    delete.run();
  }

  @Override
  public void close() {
    release.run();
  }
}
