package dev.facealign.cli.standalone;

import java.util.Locale;

/** The four services. */
public enum SuiteService {
  INFERENCE(
      "inference-service",
      "dev.facealign.inference.InferenceApplication",
      "--inference",
      25051,
      8051),
  PCA("pca-service", "dev.facealign.pca.PcaApplication", "--pca", 25052, 8052),
  TRAINER("trainer-service", "dev.facealign.trainer.TrainerApplication", "--trainer", 25053, 8053),
  EVALUATION("eval-service", "dev.facealign.evaluation.EvalApplication", "--eval", 25054, 8054);

  private final String module;
  private final String mainClass;
  private final String option;
  private final int grpcPort;
  private final int httpPort;

  SuiteService(String module, String mainClass, String option, int grpcPort, int httpPort) {
    this.module = module;
    this.mainClass = mainClass;
    this.option = option;
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
  }

  /** Its name, which is also its module's and its log's. */
  public String module() {
    return module;
  }

  /** The class that starts it. */
  public String mainClass() {
    return mainClass;
  }

  /** The option that says where it is. */
  public String addressOption() {
    return option;
  }

  /** The environment variable that says where it is. */
  public String addressVariable() {
    return "FACEALIGN_" + option.substring(2).toUpperCase(Locale.ROOT) + "_ADDRESS";
  }

  /** The environment variable with further options for its JVM. */
  public String javaOptionsVariable() {
    return "FACEALIGN_" + option.substring(2).toUpperCase(Locale.ROOT) + "_JAVA_OPTS";
  }

  /** Port of its RPCs where no offset is chosen. */
  public int defaultGrpcPort() {
    return grpcPort;
  }

  /** Port of health and metrics where no offset is chosen. */
  public int defaultHttpPort() {
    return httpPort;
  }
}
