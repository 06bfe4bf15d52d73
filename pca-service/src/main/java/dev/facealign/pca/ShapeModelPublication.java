package dev.facealign.pca;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.contract.StoredShapeModel;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.platform.kafka.KafkaSettings;
import dev.facealign.platform.kafka.RecordPublisher;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.platform.publication.AnnouncedArtifacts;
import dev.facealign.platform.service.Readiness;
import dev.facealign.v1.ShapeModel;
import dev.facealign.v1.ShapeModelSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.List;

/**
 * Publishes shape models: into the store, which decides what exists, then as an announcement on the
 * topic {@link Topics#SHAPE_MODELS}, from which every pca-service knows what there is.
 */
@Context
final class ShapeModelPublication implements AutoCloseable {

  private final StoredShapeModels stored;
  private final AnnouncedArtifacts<ShapeModelSummary> announcements;

  ShapeModelPublication(
      StoredShapeModels stored,
      KnownShapeModels known,
      RecordPublisher publisher,
      KafkaSettings kafka,
      MeterRegistry metrics,
      Readiness readiness) {
    this.stored = stored;
    this.announcements =
        new AnnouncedArtifacts<>(
            Topics.SHAPE_MODELS,
            ShapeModelSummary.parser(),
            new Catalogue(stored, known),
            publisher,
            kafka,
            metrics,
            readiness);
  }

  private record Catalogue(StoredShapeModels models, KnownShapeModels known)
      implements AnnouncedArtifacts.Catalogue<ShapeModelSummary> {
    @Override
    public List<String> stored() {
      return models.versions();
    }

    @Override
    public ShapeModelSummary describe(String version) {
      return Summaries.of(models.read(version));
    }

    @Override
    public void add(String version, ShapeModelSummary summary) {
      known.add(summary);
    }
  }

  @PostConstruct
  void start() {
    announcements.start();
  }

  /**
   * Stores and announces a shape model. The same content is stored once: then the first publication
   * is answered.
   *
   * @throws FaultException UNAVAILABLE when it is not stored; or stored, but not announced yet,
   *     which will be made up for
   */
  ShapeModelSummary publish(ShapeModel message) {
    StoredShapeModel model = stored.publish(message);
    ShapeModelSummary summary = Summaries.of(model);
    announcements.announce(model.version(), summary, "shape model " + model.version());
    return summary;
  }

  @Override
  @PreDestroy
  public void close() {
    announcements.close();
  }
}
