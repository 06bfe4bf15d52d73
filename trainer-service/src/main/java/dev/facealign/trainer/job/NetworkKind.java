package dev.facealign.trainer.job;

/** Network architectures that this trainer can train. */
public enum NetworkKind {
  /** MobileNetV2, width 1.0, as Keras defines it. */
  MOBILENET_V2("mobilenet-v2", 0.1);

  private final String id;
  private final double defaultDropout;

  NetworkKind(String id, double defaultDropout) {
    this.id = id;
    this.defaultDropout = defaultDropout;
  }

  /** Name used in model names. */
  public String id() {
    return id;
  }

  /** Dropout before the last layer when a job names none (METHOD 4). */
  public double defaultDropout() {
    return defaultDropout;
  }
}
