package dev.facealign.evaluation.report;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.kafka.FollowedRecord;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.TopicFollower;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.Evaluation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports: whole in the artifact store ({@code evaluations/<id>/evaluation.json} and {@code
 * ced.svg}), without their faces on the topic, from where every instance knows them after every
 * restart.
 */
@Context
public final class EvaluationArchive implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EvaluationArchive.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String JSON = "evaluation.json";
  private static final String CED = "ced.svg";

  private final ArtifactStore store;
  private final RecordPublisher publisher;
  private final TopicFollower<Evaluation> follower;
  private final Map<String, Evaluation> summaries = new ConcurrentHashMap<>();
  private final Readiness.Condition ready;
  private final Thread reader = new Thread(this::awaitRead, "evaluations-read");

  EvaluationArchive(
      ArtifactStore store,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry registry,
      Readiness readiness) {
    this.store = store;
    this.publisher = publisher;
    this.follower =
        new TopicFollower<>(kafka, registry, Topics.EVALUATIONS, Evaluation.parser(), this::follow);
    this.ready = readiness.condition("evaluations");
    reader.setDaemon(true);
  }

  @PostConstruct
  void start() {
    follower.start();
    reader.start();
  }

  private void follow(FollowedRecord<Evaluation> record) {
    if (record.value() == null) {
      summaries.remove(record.key());
    } else {
      summaries.put(record.key(), record.value());
    }
  }

  private void awaitRead() {
    try {
      while (!follower.caughtUp()) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      ready.met();
    } catch (InterruptedException e) {
      log.debug("stopped before the reports were read");
    }
  }

  /** Keeps a report; when this returns, it is found by all methods. */
  public void keep(Evaluation report, String cedSvg) {
    store.publish(
        ArtifactKind.EVALUATION,
        report.getEvaluationId(),
        Map.of(
            JSON, ArtifactSource.bytes(json(report)),
            CED, ArtifactSource.bytes(cedSvg.getBytes(StandardCharsets.UTF_8))));
    var written =
        publisher.publish(Topics.EVALUATIONS, report.getEvaluationId(), withoutFaces(report));
    follower.awaitThrough(written, PATIENCE);
  }

  /**
   * A whole report.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS where its bytes are not what they were
   */
  public Evaluation whole(String evaluationId) {
    summary(evaluationId);
    Evaluation.Builder report = Evaluation.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(
              Files.readString(store.open(ArtifactKind.EVALUATION, evaluationId).file(JSON)),
              report);
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS,
          "ARTIFACT_DAMAGED",
          "evaluations/" + evaluationId + ": no report",
          e);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "STORE_UNAVAILABLE",
          "artifact store: cannot read " + evaluationId + ": " + e,
          e);
    }
    return report.build();
  }

  /**
   * A report without its faces.
   *
   * @throws FaultException NOT_FOUND
   */
  public Evaluation summary(String evaluationId) {
    Evaluation summary = summaries.get(evaluationId);
    if (summary == null) {
      throw FaultException.notFound("evaluation", evaluationId, "the id of a stored report");
    }
    return summary;
  }

  /** All reports without their faces, newest first. */
  public List<Evaluation> summaries() {
    return summaries.values().stream()
        .sorted(
            Comparator.comparing((Evaluation report) -> Contracts.instant(report.getCreatedAt()))
                .reversed()
                .thenComparing(Evaluation::getEvaluationId))
        .toList();
  }

  private static Evaluation withoutFaces(Evaluation report) {
    return report.toBuilder().clearFaces().build();
  }

  private static byte[] json(Evaluation report) {
    try {
      return JsonFormat.printer().print(report).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "a report has no Any fields, which alone cannot be printed", e);
    }
  }

  @Override
  @PreDestroy
  public void close() {
    reader.interrupt();
    follower.close();
  }
}
