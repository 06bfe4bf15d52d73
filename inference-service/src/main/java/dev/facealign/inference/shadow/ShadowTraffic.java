package dev.facealign.inference.shadow;

import dev.facealign.crop.CropRegion;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.image.CropSampler;
import dev.facealign.image.RgbImage;
import dev.facealign.inference.batch.Batcher;
import dev.facealign.inference.finding.AnswerWitness;
import dev.facealign.inference.finding.ExpectedErrors;
import dev.facealign.inference.finding.LandmarkAnswer.Face;
import dev.facealign.inference.metrics.InferenceMetrics;
import dev.facealign.inference.metrics.InferenceMetrics.ShadowOutcome;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.inference.model.ServingModels;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ShadowComparison;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries another model on a share of the champion's faces and counts how its points differ.
 *
 * <p>Callers come first: their answers are sent before, faces are run one at a time on a thread of
 * this class, and only while no batch runs or waits. What does not find room in a small queue
 * meanwhile is left out, and counted.
 *
 * <p>A comparison is of one pair of versions; it begins anew when either changes.
 */
@Singleton
public final class ShadowTraffic implements AnswerWitness, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShadowTraffic.class);

  private static final int PICTURES_WAITING = 8;

  /** Of pictures that wait, together; 3 bytes each. */
  private static final int PIXELS_WAITING = 16_000_000;

  /** Between two looks whether the service is idle, while a face waits. */
  private static final long LOOK_NANOS = 1_000_000;

  private final ShadowSettings settings;
  private final ServingModels models;
  private final ModelRegistry registry;
  private final Batcher batcher;
  private final InferenceMetrics metrics;
  private final ArrayBlockingQueue<Sample> waiting = new ArrayBlockingQueue<>(PICTURES_WAITING);
  private final AtomicInteger pixelsWaiting = new AtomicInteger();
  private final AtomicLong seen = new AtomicLong();
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private Tally tally = new Tally("", "");

  private volatile boolean closed;

  /** Faces of a picture that were chosen. */
  private record Sample(String champion, RgbImage image, List<Face> faces) {
    int pixels() {
      return image.width() * image.height();
    }
  }

  /** What a face showed. */
  private record Compared(double difference, OptionalDouble expected, OptionalDouble shadow) {}

  public ShadowTraffic(
      ShadowSettings settings,
      ServingModels models,
      ModelRegistry registry,
      Batcher batcher,
      InferenceMetrics metrics) {
    this.settings = settings;
    this.models = models;
    this.registry = registry;
    this.batcher = batcher;
    this.metrics = metrics;
    thread = new Thread(this::runUntilClosed, "shadow");
    thread.setDaemon(true);
    if (settings.enabled()) {
      thread.start();
    }
  }

  @Override
  public void answered(ModelManifest model, RgbImage image, List<Face> faces) {
    if (!settings.enabled() || faces.isEmpty() || !isChampion(model.getVersion())) {
      return;
    }
    Optional<ModelManifest> shadow = shadow();
    if (shadow.isEmpty() || unable(model, shadow.get()).isPresent()) {
      return;
    }
    List<Face> chosen = choose(faces);
    if (chosen.isEmpty()) {
      return;
    }
    Sample sample = new Sample(model.getVersion(), image, chosen);
    int pixels = sample.pixels();
    if (pixelsWaiting.addAndGet(pixels) > PIXELS_WAITING || !waiting.offer(sample)) {
      pixelsWaiting.addAndGet(-pixels);
      skipped(sample.champion(), shadow.get().getVersion(), chosen.size());
    }
  }

  /**
   * What was found so far.
   *
   * @throws FaultException FAILED_PRECONDITION (reason SHADOW_OFF)
   */
  public ShadowComparison comparison() {
    if (!settings.enabled()) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "SHADOW_OFF",
          "facealign.inference.shadow.enabled: false (expected: true, for a model to be tried)");
    }
    RegistryState state = registry.state();
    Optional<ModelManifest> champion = models.champion().flatMap(state::model);
    Optional<ModelManifest> shadow = shadow();
    lock.lock();
    try {
      return tally(version(champion), version(shadow))
          .toProto()
          .setAlias(settings.alias())
          .setShare(settings.share())
          .setUnable(unable(champion, shadow).orElse(""))
          .build();
    } finally {
      lock.unlock();
    }
  }

  private Optional<ModelManifest> shadow() {
    RegistryState state = registry.state();
    return state.alias(settings.alias()).map(AliasAssignment::getVersion).flatMap(state::model);
  }

  private boolean isChampion(String version) {
    return models.champion().filter(version::equals).isPresent();
  }

  private Optional<String> unable(
      Optional<ModelManifest> champion, Optional<ModelManifest> shadow) {
    if (champion.isEmpty()) {
      return Optional.of("no champion serves yet");
    }
    if (shadow.isEmpty()) {
      return Optional.of("the alias " + settings.alias() + " points at no model");
    }
    return unable(champion.get(), shadow.get());
  }

  private Optional<String> unable(ModelManifest champion, ModelManifest shadow) {
    if (champion.getVersion().equals(shadow.getVersion())) {
      return Optional.of("the alias " + settings.alias() + " points at the champion itself");
    }
    try {
      boolean same =
          SchemeContract.scheme(champion.getLandmarkScheme(), champion.getScheme())
              .equals(SchemeContract.scheme(shadow.getLandmarkScheme(), shadow.getScheme()));
      return same
          ? Optional.empty()
          : Optional.of(
              "scheme: %s (expected: %s, the champion's)"
                  .formatted(shadow.getScheme(), champion.getScheme()));
    } catch (FaultException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Every face whose number brings the share to another whole face. */
  private List<Face> choose(List<Face> faces) {
    List<Face> chosen = new ArrayList<>();
    for (Face face : faces) {
      long number = seen.getAndIncrement();
      if (Math.floor((number + 1) * settings.share()) > Math.floor(number * settings.share())) {
        chosen.add(face);
      }
    }
    return chosen;
  }

  private void runUntilClosed() {
    while (!closed) {
      try {
        Sample sample = waiting.take();
        try {
          compare(sample);
        } finally {
          pixelsWaiting.addAndGet(-sample.pixels());
        }
      } catch (InterruptedException e) {
        // Only close() interrupts.
        return;
      } catch (RuntimeException | Error e) {
        // Nobody waits for a comparison, and the next one may go well.
        log.error("comparing a face with the shadow's failed", e);
      }
    }
  }

  private void compare(Sample sample) throws InterruptedException {
    Optional<ModelManifest> shadow = shadow();
    // Either may have changed meanwhile: then it would be of no pair.
    if (shadow.isEmpty() || !isChampion(sample.champion())) {
      return;
    }
    try (LoadedModel.Lease lease = models.acquire(shadow.get()).get()) {
      for (Face face : sample.faces()) {
        awaitIdle();
        try {
          compared(
              sample.champion(), lease.model().version(), compare(sample, face, lease.model()));
        } catch (RuntimeException e) {
          failed(sample.champion(), lease.model().version(), 1, e);
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      failed(sample.champion(), shadow.get().getVersion(), sample.faces().size(), cause);
    }
  }

  private void awaitIdle() throws InterruptedException {
    while (!batcher.isIdle()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** The face's crop, as this model wants it, through this model. */
  private static Compared compare(Sample sample, Face face, LoadedModel model) {
    int size = model.network().inputSizePx();
    CropRegion region = model.cropPolicy().region(face.box());
    float[] crop = new float[3 * size * size];
    CropSampler.sample(sample.image(), region.cropToImage(size), size, crop, 0);
    NetworkAnswer answer = model.network().run(List.of(crop)).get(0);
    double[] labels = new double[answer.labels().length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = answer.labels()[i];
    }
    Landmarks other = region.toImage(labels);
    double diagonal = face.box().diagonal();
    double sum = 0;
    for (int m = 0; m < face.landmarks().count(); m++) {
      sum += Math.hypot(other.x(m) - face.landmarks().x(m), other.y(m) - face.landmarks().y(m));
    }
    double difference = sum / face.landmarks().count() / diagonal;
    if (!Double.isFinite(difference)) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "OUTPUT_NOT_FINITE", "shadow's points: " + difference);
    }
    return new Compared(
        difference,
        share(face.expectedErrors().mean(), diagonal),
        share(ExpectedErrors.of(answer, region).mean(), diagonal));
  }

  private static OptionalDouble share(OptionalDouble pixels, double diagonal) {
    return pixels.isPresent()
        ? OptionalDouble.of(pixels.getAsDouble() / diagonal)
        : OptionalDouble.empty();
  }

  private void compared(String champion, String shadow, Compared face) {
    metrics.shadowFaces(ShadowOutcome.COMPARED, 1);
    metrics.shadowDifference(face.difference());
    lock.lock();
    try {
      tally(champion, shadow).compared(face.difference(), face.expected(), face.shadow());
    } finally {
      lock.unlock();
    }
  }

  private void skipped(String champion, String shadow, int faces) {
    metrics.shadowFaces(ShadowOutcome.SKIPPED, faces);
    lock.lock();
    try {
      tally(champion, shadow).skipped(faces);
    } finally {
      lock.unlock();
    }
  }

  private void failed(String champion, String shadow, int faces, Throwable cause) {
    log.debug("the shadow failed version={} error={}", shadow, cause.toString());
    metrics.shadowFaces(ShadowOutcome.FAILED, faces);
    lock.lock();
    try {
      tally(champion, shadow).failed(faces);
    } finally {
      lock.unlock();
    }
  }

  /** That of this pair, begun anew where it was another's. */
  private Tally tally(String champion, String shadow) {
    if (!tally.isOf(champion, shadow)) {
      tally = new Tally(champion, shadow);
    }
    return tally;
  }

  private static String version(Optional<ModelManifest> model) {
    return model.map(ModelManifest::getVersion).orElse("");
  }

  /** Compares nothing any more. */
  @Override
  @PreDestroy
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
