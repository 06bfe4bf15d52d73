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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports in the store, each an artifact: {@code evaluation.json}, the {@link Evaluation} whole as
 * proto3 JSON, and its plots, {@code ced.svg} and what there is besides.
 */
@Singleton
final class StoredReports {

  private static final String REPORT = "evaluation.json";

  private final ArtifactStore store;

  StoredReports(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Stores a report.
   *
   * @param plots SVG pictures by file name
   */
  void write(Evaluation report, Map<String, String> plots) {
    String json;
    try {
      json = JsonFormat.printer().print(report);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("reports hold no Any, whose type could be unknown", e);
    }
    Map<String, ArtifactSource> files = new LinkedHashMap<>();
    files.put(REPORT, text(json));
    plots.forEach((name, svg) -> files.put(name, text(svg)));
    StoredArtifact unused = // written; nothing more to know of it
        store.publish(ArtifactKind.EVALUATION, report.getEvaluationId(), files);
  }

  private static ArtifactSource text(String content) {
    return ArtifactSource.bytes(content.getBytes(StandardCharsets.UTF_8));
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
