package dev.facealign.evaluation.library;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports in the store, each an artifact: {@code evaluation.json}, the {@link Evaluation} as proto3
 * JSON; {@code faces.pb}, its faces where they are too many for that, each a {@code FaceResult}
 * with its length before it; and its plots, {@code ced.svg} and what there is besides.
 */
@Singleton
final class StoredReports {

  private static final String REPORT = "evaluation.json";
  private static final String FACES = "faces.pb";

  private final ArtifactStore store;

  StoredReports(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Stores a report.
   *
   * @param faces where all its faces are; kept if it does not list them itself
   * @param plots SVG pictures by file name
   */
  void write(Evaluation report, Path faces, Map<String, String> plots) {
    String json;
    try {
      json = JsonFormat.printer().print(report);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("reports hold no Any, whose type could be unknown", e);
    }
    Map<String, ArtifactSource> files = new LinkedHashMap<>();
    files.put(REPORT, text(json));
    if (report.getFacesLeftOut()) {
      files.put(FACES, ArtifactSource.file(faces));
    }
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

  /** Whether there is such a report. */
  boolean exists(String id) {
    return store.exists(ArtifactKind.EVALUATION, id);
  }

  /**
   * A report with its faces, unless they are too many for a message.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS where it is damaged
   */
  Evaluation read(String id) {
    return read(id, store.open(ArtifactKind.EVALUATION, id));
  }

  /** A report with the errors of all its faces; otherwise as {@link #read}. */
  ScoredReport readScored(String id) {
    StoredArtifact artifact = store.open(ArtifactKind.EVALUATION, id);
    Evaluation report = read(id, artifact);
    FaceErrors errors = new FaceErrors();
    try {
      visit(
          report,
          artifact,
          face -> {
            errors.add(face);
            return true;
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("adding a face waits for nothing", e);
    }
    return new ScoredReport(report, errors);
  }

  /** Shows a report's faces, one after the other; otherwise as {@link #read}. */
  void readFaces(String id, FaceResults.Reader reader) throws InterruptedException {
    StoredArtifact artifact = store.open(ArtifactKind.EVALUATION, id);
    visit(read(id, artifact), artifact, reader);
  }

  private static void visit(Evaluation report, StoredArtifact artifact, FaceResults.Reader reader)
      throws InterruptedException {
    if (report.getFacesLeftOut()) {
      FaceResults.read(artifact.file(FACES), reader);
      return;
    }
    for (FaceResult face : report.getFacesList()) {
      if (!reader.take(face)) {
        return;
      }
    }
  }

  private static Evaluation read(String id, StoredArtifact artifact) {
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
