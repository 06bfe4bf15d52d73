package dev.facealign.evaluation;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.util.List;

/** Looks reports up: what there is, from the topic; what is in one, from the store. */
@Singleton
final class ReportLibrary {

  private final KnownEvaluations known;
  private final StoredReports stored;

  ReportLibrary(KnownEvaluations known, StoredReports stored) {
    this.known = known;
    this.stored = stored;
  }

  /**
   * A report with its faces.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS where it is damaged
   */
  Evaluation whole(String id) {
    if (known.get(id).isEmpty()) {
      throw FaultException.notFound(
          "evaluation", id, "one of the " + known.newestFirst().size() + " there are");
    }
    return stored.read(id);
  }

  /**
   * Reports without their faces, newest first.
   *
   * @param modelVersion only of this version or prefix; empty: all
   */
  List<Evaluation> list(String modelVersion) {
    if (!modelVersion.isEmpty() && !VersionPrefix.isVersionOrPrefix(modelVersion)) {
      throw FaultException.invalid(
          "model_version", modelVersion, "8 to 64 lower-case hexadecimal digits");
    }
    return known.newestFirst().stream()
        .filter(report -> report.getModelVersion().startsWith(modelVersion))
        .toList();
  }
}
