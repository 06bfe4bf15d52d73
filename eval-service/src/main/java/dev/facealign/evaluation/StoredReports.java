package dev.facealign.evaluation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * Reports in the store, each an artifact: {@code evaluation.json}, the {@link Evaluation} whole as
 * proto3 JSON, and {@code ced.svg}.
 */
@Singleton
final class StoredReports {

  private static final String REPORT = "evaluation.json";
  private static final String PLOT = "ced.svg";

  private final ArtifactStore store;

  StoredReports(ArtifactStore store) {
    this.store = store;
  }

  void write(Evaluation report, String plot) {
    String json;
    try {
      json = JsonFormat.printer().print(report);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("reports hold no Any, whose type could be unknown", e);
    }
    StoredArtifact unused = // written; nothing more to know of it
        store.publish(
            ArtifactKind.EVALUATION,
            report.getEvaluationId(),
            Map.of(
                REPORT,
                ArtifactSource.bytes(json.getBytes(StandardCharsets.UTF_8)),
                PLOT,
                ArtifactSource.bytes(plot.getBytes(StandardCharsets.UTF_8))));
  }

  /** Identifiers of all reports. */
  List<String> ids() {
    return store.keys(ArtifactKind.EVALUATION, "");
  }

  /**
   * A report, whole.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS where it is damaged
   */
  Evaluation read(String id) {
    StoredArtifact artifact = store.open(ArtifactKind.EVALUATION, id);
    Evaluation.Builder report = Evaluation.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(Files.readString(artifact.file(REPORT)), report);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "REPORT_UNREADABLE", "evaluation " + id + " cannot be read", e);
    }
    return report.build();
  }
}
