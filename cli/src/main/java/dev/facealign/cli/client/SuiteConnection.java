package dev.facealign.cli.client;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.Ports;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.inference.local.LocalLandmarks;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.LandmarksGrpc;
import dev.facealign.v1.ModelImportsGrpc;
import dev.facealign.v1.ModelsGrpc;
import dev.facealign.v1.ShapeModelsGrpc;
import dev.facealign.v1.TrainingJobsGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connections to the four services. Statuses of failed calls become failures in words. */
public final class SuiteConnection implements AutoCloseable {
  /** An evaluation report of a whole dataset is some megabytes. */
  private static final int MOST_BYTES_AN_ANSWER = 64 * 1024 * 1024;

  /** A call that is answered once. */
  @FunctionalInterface
  public interface Question<A> {
    A ask() throws StatusException;
  }

  private final Map<SuiteService, ServiceAddress> addresses;
  private final @Nullable DataFolder standaloneFolder;
  private final @Nullable LocalLandmarks local;
  private final Map<SuiteService, ManagedChannel> channels = new EnumMap<>(SuiteService.class);
  private final List<ManagedChannel> further = new ArrayList<>();

  SuiteConnection(
      Map<SuiteService, ServiceAddress> addresses, @Nullable DataFolder standaloneFolder) {
    this(addresses, standaloneFolder, null);
  }

  private SuiteConnection(
      Map<SuiteService, ServiceAddress> addresses,
      @Nullable DataFolder standaloneFolder,
      @Nullable LocalLandmarks local) {
    this.addresses = new EnumMap<>(addresses);
    this.standaloneFolder = standaloneFolder;
    this.local = local;
  }

  /** Landmarks alone, by the models of a folder that is laid out as an artifact store. */
  static SuiteConnection inThisProcess(Path models) {
    return new SuiteConnection(
        new EnumMap<>(SuiteService.class), null, LocalLandmarks.start(models));
  }

  /** Whether landmarks are found by this process itself. */
  public boolean isLocal() {
    return local != null;
  }

  /** Connects to the suite that runs in a folder with these ports. */
  public static SuiteConnection toStandalone(DataFolder folder, Ports ports) {
    Map<SuiteService, ServiceAddress> addresses = new EnumMap<>(SuiteService.class);
    for (SuiteService service : SuiteService.values()) {
      addresses.put(service, new ServiceAddress(Ports.HOST, ports.grpc(service)));
    }
    return new SuiteConnection(addresses, folder);
  }

  /** The data folder when all services are those of the suite that runs in it. */
  public Optional<DataFolder> standaloneFolder() {
    return Optional.ofNullable(standaloneFolder);
  }

  /** pca-service. */
  public ShapeModelsGrpc.ShapeModelsBlockingV2Stub shapeModels() {
    return ShapeModelsGrpc.newBlockingV2Stub(channel(SuiteService.PCA));
  }

  /** trainer-service. */
  public TrainingJobsGrpc.TrainingJobsBlockingV2Stub trainingJobs() {
    return TrainingJobsGrpc.newBlockingV2Stub(channel(SuiteService.TRAINER));
  }

  /** trainer-service's imports. */
  public ModelImportsGrpc.ModelImportsBlockingV2Stub modelImports() {
    return ModelImportsGrpc.newBlockingV2Stub(channel(SuiteService.TRAINER));
  }

  /** inference-service's models. */
  public ModelsGrpc.ModelsBlockingV2Stub models() {
    return ModelsGrpc.newBlockingV2Stub(channel(SuiteService.INFERENCE));
  }

  /** inference-service's landmarks. */
  public LandmarksGrpc.LandmarksBlockingV2Stub landmarks() {
    return LandmarksGrpc.newBlockingV2Stub(
        local == null ? channel(SuiteService.INFERENCE) : local.channel());
  }

  /**
   * Further connections to inference-service, for load: its answers are told by the threads that
   * read them, which must not be held up.
   */
  public List<LandmarksGrpc.LandmarksStub> landmarkConnections(int count) {
    List<LandmarksGrpc.LandmarksStub> stubs = new ArrayList<>();
    ServiceAddress address = address(SuiteService.INFERENCE);
    for (int i = 0; i < count; i++) {
      ManagedChannel channel =
          ManagedChannelBuilder.forAddress(address.host(), address.port())
              .usePlaintext()
              .directExecutor()
              .build();
      further.add(channel);
      stubs.add(LandmarksGrpc.newStub(channel));
    }
    return stubs;
  }

  /** eval-service. */
  public EvaluationsGrpc.EvaluationsBlockingV2Stub evaluations() {
    return EvaluationsGrpc.newBlockingV2Stub(channel(SuiteService.EVALUATION));
  }

  /**
   * Makes a call that is answered once.
   *
   * @throws CommandFailure when the service refuses or is not there
   */
  public <A> A ask(SuiteService service, Question<A> question) {
    try {
      return question.ask();
    } catch (StatusException e) {
      throw failure(service, e);
    }
  }

  /** Reads the answers of a call that is answered many times. */
  public <Q, A> AnswerStream<Q, A> stream(SuiteService service, BlockingClientCall<Q, A> call) {
    return new AnswerStream<>(call, e -> failure(service, e));
  }

  private Channel channel(SuiteService service) {
    ManagedChannel channel =
        channels.computeIfAbsent(
            service,
            s -> {
              ServiceAddress address = address(s);
              return ManagedChannelBuilder.forAddress(address.host(), address.port())
                  .usePlaintext()
                  .maxInboundMessageSize(MOST_BYTES_AN_ANSWER)
                  .intercept(new UnaryDeadline())
                  .build();
            });
    return channel;
  }

  /** Where a service is. */
  public ServiceAddress address(SuiteService service) {
    ServiceAddress address = addresses.get(service);
    if (address == null) {
      throw new IllegalStateException("no address for " + service);
    }
    return address;
  }

  /** A failed call in words. */
  private CommandFailure failure(SuiteService service, StatusException e) {
    Status status = e.getStatus();
    String description = status.getDescription() == null ? "" : status.getDescription();
    String where =
        local == null ? service.module() + " at " + address(service) : service.module() + " here";
    String message =
        switch (status.getCode()) {
          case UNAVAILABLE ->
              isTransport(status)
                  ? where
                      + " does not answer (expected: running; start it with `facealign up`, or say where it is with"
                      + " --data DIR or "
                      + service.addressOption()
                      + " HOST:PORT)"
                  : said(service, description);
          case DEADLINE_EXCEEDED ->
              where
                  + " did not answer within "
                  + UnaryDeadline.SECONDS
                  + " s (expected: an answer; see its log"
                  + log(service)
                  + ")";
          case INTERNAL, UNKNOWN, DATA_LOSS ->
              service.module()
                  + " failed: "
                  + (description.isEmpty() ? status.getCode() : description)
                  + " (see its log"
                  + log(service)
                  + ")";
          case UNIMPLEMENTED ->
              where
                  + " does not know this call"
                  + (description.isEmpty() ? "" : ": " + description)
                  + " (expected: a service of this version)";
          default -> description.isEmpty() ? said(service, status.getCode().name()) : description;
        };
    return new CommandFailure(message, e);
  }

  /** Whether the connection failed, rather than the service saying that something is away. */
  private static boolean isTransport(Status status) {
    String description = String.valueOf(status.getDescription());
    return status.getCause() != null
        || description.startsWith("io exception")
        || description.startsWith("Network closed")
        || description.startsWith("Connection closed")
        || description.startsWith("Unable to resolve host");
  }

  private static String said(SuiteService service, String description) {
    return service.module() + ": " + description;
  }

  private String log(SuiteService service) {
    return standaloneFolder == null ? "" : " " + standaloneFolder.log(service.module());
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    further.forEach(ManagedChannel::shutdownNow);
    if (local != null) {
      local.close();
    }
  }
}
