package dev.facealign.evaluation.library;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.util.List;

/** Looks reports up: what there is, from the topic; what is in one, from the store. */
@Singleton
public final class ReportLibrary {

  private final KnownEvaluations known;
  private final StoredReports stored;

  ReportLibrary(KnownEvaluations known, StoredReports stored) {
    this.known = known;
    this.stored = stored;
  }

  /** Whether there is such a report. */
  public boolean has(String id) {
    return known.get(id).isPresent();
  }

  /**
   * A report with its faces, unless they are too many for a message.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS where it is damaged
   */
  public Evaluation whole(String id) {
    require(id);
    return stored.read(id);
  }

  /**
   * A report with the errors of all its faces.
   *
   * @throws FaultException as {@link #whole} says
   */
  public ScoredReport scored(String id) {
    require(id);
    return stored.readScored(id);
  }

  /**
   * Shows a report's faces, one after the other, in reading order.
   *
   * @throws FaultException as {@link #whole} says
   */
  public void faces(String id, FaceResults.Reader reader) throws InterruptedException {
    require(id);
    stored.readFaces(id, reader);
  }

  private void require(String id) {
    if (!has(id)) {
      throw FaultException.notFound(
          "evaluation", id, "one of the " + known.newestFirst().size() + " there are");
    }
  }

  /**
   * Reports without their faces, newest first.
   *
   * @param modelVersion only of this version or prefix; empty: all
   */
  public List<Evaluation> list(String modelVersion) {
    if (!modelVersion.isEmpty() && !VersionPrefix.isVersionOrPrefix(modelVersion)) {
      throw FaultException.invalid(
          "model_version", modelVersion, "8 to 64 lower-case hexadecimal digits");
    }
    return known.newestFirst().stream()
        .filter(report -> report.getModelVersion().startsWith(modelVersion))
        .toList();
  }
}
