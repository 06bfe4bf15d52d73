package dev.facealign.trainer.faults;

import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.platform.artifact.StoredFile;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.ShapeModelContract;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.platform.kafka.Topics;
import dev.facealign.render.RenderedDataset;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.testkit.FreePorts;
import dev.facealign.v1.CancelJobRequest;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.TrainingEvent;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import dev.facealign.v1.TrainingJobsGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A broker, a desk (a trainer-service that takes no jobs), an artifact store, rendered faces, and
 * as many workers as a test starts; all of them processes on loopback that end with it.
 */
final class TrainingGround implements AutoCloseable {
  /** The shortest lock that Kafka allows by default. */
  static final Duration LOCK = Duration.ofSeconds(15);

  static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Path OUT = Path.of("target/faults");
  private static final String FACES = "faces";

  private final Path data;
  private final Path logs;
  private final Path store;
  private final FreePorts ports = new FreePorts();
  private final BrokerProcess broker;
  private final WorkerProcess desk;
  private final ManagedChannel channel;
  private final TrainingJobsGrpc.TrainingJobsBlockingStub jobs;
  private final JobObserver observer;
  private final KafkaProducer<String, byte[]> producer;
  private final String shapeModel;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private int started;

  /**
   * Makes everything ready.
   *
   * @param name of its folder of logs below target/faults/logs
   */
  static TrainingGround open(String name) {
    Path data = OUT.toAbsolutePath().resolve("data").resolve(name);
    return new TrainingGround(name, data, data.resolve("artifacts"));
  }

  /**
   * Makes everything ready.
   *
   * @param store folder of the artifact store
   */
  static TrainingGround open(String name, Path store) {
    return new TrainingGround(name, OUT.toAbsolutePath().resolve("data").resolve(name), store);
  }

  private TrainingGround(String name, Path data, Path store) {
    this.data = data;
    this.store = store;
    this.logs = OUT.toAbsolutePath().resolve("logs").resolve(name);
    delete(data);
    delete(logs);
    try {
      Files.createDirectories(data);
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    broker = BrokerProcess.start(data.resolve("broker"), logs, ports);
    int deskPort = ports.next();
    Map<String, String> deskSettings = new HashMap<>(settings());
    deskSettings.put("facealign.trainer.enabled", "false");
    deskSettings.put("grpc.server.port", Integer.toString(deskPort));
    desk = WorkerProcess.start("desk", logs, deskSettings);
    RenderedDataset.write(data.resolve("datasets").resolve(FACES), 48, 0, 96, 7);
    shapeModel = publishShapeModel();
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + deskPort, InsecureChannelCredentials.create())
            .build();
    jobs = TrainingJobsGrpc.newBlockingStub(channel);
    broker.awaitReady();
    observer = new JobObserver(broker.bootstrapServers());
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "enable.idempotence", true),
            new StringSerializer(),
            new ByteArraySerializer());
    desk.awaitReady();
  }

  private Map<String, String> settings() {
    return Map.of(
        "facealign.kafka.bootstrap-servers", broker.bootstrapServers(),
        "facealign.artifacts.root", store.toString(),
        "facealign.datasets.root", data.resolve("datasets").toString(),
        "facealign.trainer.lock", LOCK.toSeconds() + "s",
        "micronaut.server.port", "-1");
  }

  private String publishShapeModel() {
    FaceDataset faces = new DatasetCatalog(data.resolve("datasets")).open(FACES, "train", "68");
    ShapeModelFitter fitter = new ShapeModelFitter(faces.scheme(), CropPolicy.SQUARE_V1);
    for (FaceSample face : faces.faces()) {
      fitter.add(
          CropPolicy.SQUARE_V1.region(face.landmarks().boundingBox()).toLabels(face.landmarks()));
    }
    return new StoredShapeModels(store())
        .publish(ShapeModelContract.toProto(fitter.fit(), Contracts.fingerprint(faces)))
        .version();
  }

  BrokerProcess broker() {
    return broker;
  }

  JobObserver observer() {
    return observer;
  }

  /** The workers' artifact store. */
  ArtifactStore store() {
    return new LocalArtifactStore(store);
  }

  /** The store's folder. */
  Path storeFolder() {
    return store;
  }

  /** A dataset's folder, which need not be there yet. */
  Path dataset(String name) {
    return data.resolve("datasets").resolve(name);
  }

  /** Starts a worker. */
  WorkerProcess worker() {
    return worker(Map.of());
  }

  /**
   * Starts a worker.
   *
   * @param more settings that replace or join the usual ones
   */
  WorkerProcess worker(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(settings());
    all.put("grpc.server.port", Integer.toString(ports.next()));
    all.putAll(more);
    started++;
    WorkerProcess worker = WorkerProcess.start("worker-" + started, logs, all);
    workers.add(worker);
    return worker;
  }

  /** Of several workers, the one that sent an event. */
  static WorkerProcess sender(TrainingEvent event, WorkerProcess... of) {
    return Stream.of(of)
        .filter(worker -> worker.name().equals(event.getWorker()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no worker " + event.getWorker()));
  }

  /** A job on rendered faces: ACR, MobileNetV2 at 64 pixels, 9 steps an epoch. */
  TrainingJob.Builder job(String id) {
    return TrainingJob.newBuilder()
        .setJobId(id)
        .setDataset(DatasetRef.newBuilder().setName(FACES))
        .setShapeModel(shapeModel)
        .setInputSizePx(64)
        .setBatchSize(4)
        .setValidationShare(0.25)
        .setEpochs(1)
        .setCheckpointEveryEpochs(1000)
        .setCheckpointEverySeconds(1);
  }

  /** Hands a job in at the desk. */
  TrainingJobStatus submit(TrainingJob.Builder job) {
    return jobs.withWaitForReady()
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .submitJob(SubmitJobRequest.newBuilder().setJob(job).build());
  }

  /** Asks the desk to stop a job. */
  TrainingJobStatus cancel(String jobId, String reason) {
    return jobs.withDeadlineAfter(60, TimeUnit.SECONDS)
        .cancelJob(CancelJobRequest.newBuilder().setJobId(jobId).setReason(reason).build());
  }

  /**
   * Sends a record as any producer may.
   *
   * @param contentType header; empty for none
   */
  void send(String topic, String key, byte[] value, String contentType) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
    if (!contentType.isEmpty()) {
      record.headers().add("content-type", contentType.getBytes(StandardCharsets.UTF_8));
    }
    try {
      producer.send(record).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not sent to " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Sends a job to the normal queue without the desk. */
  void send(TrainingJob job) {
    send(Topics.TRAINING_JOBS, job.getJobId(), job.toByteArray(), "");
  }

  /** A client for what only a broker's keeper does. To be closed. */
  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  /** SHA-256 of a published model's network. */
  String networkHash(String modelVersion) {
    return store().open(ArtifactKind.MODEL, modelVersion).files().stream()
        .filter(file -> file.name().endsWith(".onnx"))
        .map(StoredFile::sha256)
        .findFirst()
        .orElseThrow();
  }

  /** Ends what a test has left, so that the next one finds an idle queue. */
  void tidy() {
    for (String jobId : observer.jobs()) {
      if (observer.end(jobId).isEmpty()) {
        try {
          cancel(jobId, "the test is over");
        } catch (StatusRuntimeException e) {
          // It has ended meanwhile, or its record cannot be read.
        }
      }
    }
    workers.forEach(WorkerProcess::close);
    workers.clear();
  }

  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
    observer.close();
    producer.close(Duration.ofSeconds(1));
    channel.shutdownNow();
    desk.close();
    broker.close();
    delete(data);
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
