package dev.facealign.evaluation.library;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.publication.AnnouncedArtifacts;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.Evaluation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Publishes reports: into the store, then as an announcement without faces on the topic {@link
 * Topics#EVALUATIONS}, from which every eval-service knows what there is.
 */
@Context
public final class EvaluationPublication implements AutoCloseable {

  private final StoredReports stored;
  private final AnnouncedArtifacts<Evaluation> announcements;

  EvaluationPublication(
      StoredReports stored,
      KnownEvaluations known,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry metrics,
      Readiness readiness) {
    this.stored = stored;
    this.announcements =
        new AnnouncedArtifacts<>(
            Topics.EVALUATIONS,
            Evaluation.parser(),
            new Catalogue(stored, known),
            publisher,
            kafka,
            metrics,
            readiness);
  }

  private record Catalogue(StoredReports reports, KnownEvaluations known)
      implements AnnouncedArtifacts.Catalogue<Evaluation> {
    @Override
    public List<String> stored() {
      return reports.ids();
    }

    @Override
    public Evaluation describe(String id) {
      return withoutFaces(reports.read(id));
    }

    @Override
    public void add(String id, Evaluation report) {
      known.add(report);
    }

    @Override
    public void remove(String id) {
      known.remove(id);
    }
  }

  @PostConstruct
  void start() {
    announcements.start();
  }

  /**
   * Stores and announces a report.
   *
   * @param faces where all its faces are
   * @param plots SVG pictures by file name
   * @throws FaultException UNAVAILABLE, RESOURCE_EXHAUSTED when it is not stored; UNAVAILABLE when
   *     it is stored but not announced yet, which will be made up for
   */
  public void publish(Evaluation report, Path faces, Map<String, String> plots) {
    stored.write(report, faces, plots);
    String id = report.getEvaluationId();
    announcements.announce(id, withoutFaces(report), "evaluation " + id);
  }

  private static Evaluation withoutFaces(Evaluation report) {
    return report.toBuilder().clearFaces().build();
  }

  @Override
  @PreDestroy
  public void close() {
    announcements.close();
  }
}
