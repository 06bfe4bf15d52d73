package dev.facealign.cli.client;

import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.Installation;
import dev.facealign.cli.standalone.Ports;
import dev.facealign.cli.standalone.StandaloneState;
import dev.facealign.cli.standalone.SuiteService;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Options that say where the services are: the options themselves, else the environment's
 * FACEALIGN_INFERENCE_ADDRESS and so on, else the suite that runs in the data folder, else the
 * default ports of this machine.
 */
public final class ConnectionOptions {
  @ArgGroup(validate = false, heading = "%nWhere the services are:%n")
  private Places places = new Places();

  /** The options. */
  private static final class Places {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description =
            "Data folder of the running suite (default: $$FACEALIGN_DATA, else `data` in the project).")
    @Nullable Path data;

    @Option(
        names = "--inference",
        paramLabel = "HOST:PORT",
        description = "Where inference-service is.")
    @Nullable String inference;

    @Option(names = "--pca", paramLabel = "HOST:PORT", description = "Where pca-service is.")
    @Nullable String pca;

    @Option(
        names = "--trainer",
        paramLabel = "HOST:PORT",
        description = "Where trainer-service is.")
    @Nullable String trainer;

    @Option(names = "--eval", paramLabel = "HOST:PORT", description = "Where eval-service is.")
    @Nullable String evaluation;
  }

  /** Connects to the services; a service that is not there is noticed by the first call to it. */
  public SuiteConnection open(Invocation invocation) {
    DataFolder folder = DataFolder.of(places.data, invocation);
    Optional<StandaloneState> running = StandaloneState.running(folder);
    Map<SuiteService, ServiceAddress> addresses = new EnumMap<>(SuiteService.class);
    boolean allStandalone = running.isPresent();
    for (SuiteService service : SuiteService.values()) {
      Optional<ServiceAddress> chosen = chosen(service, invocation);
      allStandalone &= chosen.isEmpty();
      addresses.put(service, chosen.orElseGet(() -> found(service, running)));
    }
    return new SuiteConnection(addresses, allStandalone ? folder : null);
  }

  /**
   * The same for commands that only ask for landmarks: where nothing was said of the inference
   * service and none answers, the models that come with the project answer in this process.
   */
  public SuiteConnection openForLandmarks(Invocation invocation) {
    DataFolder folder = DataFolder.of(places.data, invocation);
    if (places.data != null
        || chosen(SuiteService.INFERENCE, invocation).isPresent()
        || StandaloneState.running(folder).isPresent()
        || new ServiceAddress(Ports.HOST, SuiteService.INFERENCE.defaultGrpcPort()).accepts()) {
      return open(invocation);
    }
    return Installation.of(invocation)
        .shippedModels()
        .map(SuiteConnection::inThisProcess)
        .orElseGet(() -> open(invocation));
  }

  private Optional<ServiceAddress> chosen(SuiteService service, Invocation invocation) {
    String option =
        switch (service) {
          case INFERENCE -> places.inference;
          case PCA -> places.pca;
          case TRAINER -> places.trainer;
          case EVALUATION -> places.evaluation;
        };
    if (option != null) {
      return Optional.of(ServiceAddress.parse(option, service.addressOption()));
    }
    String variable = invocation.variable(service.addressVariable(), "");
    return variable.isEmpty()
        ? Optional.empty()
        : Optional.of(ServiceAddress.parse(variable, service.addressVariable()));
  }

  private static ServiceAddress found(SuiteService service, Optional<StandaloneState> running) {
    return running
        .map(state -> state.services().get(service.module()))
        .map(endpoints -> ServiceAddress.parse(endpoints.grpc(), service.module()))
        .orElseGet(() -> new ServiceAddress(Ports.HOST, service.defaultGrpcPort()));
  }
}
