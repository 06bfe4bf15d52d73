package dev.facealign.trainer.job;

/** Network architectures that this trainer can train. */
public enum NetworkKind {
  /** MobileNetV2, width 1.0, as Keras defines it. */
  MOBILENET_V2("mobilenet-v2", 0.1, 0),
  /** EfficientNet-B0, as Keras defines it. */
  EFFICIENTNET_B0("efficientnet-b0", 0.5, 0.2),
  /** EfficientNet-B3, as Keras defines it. */
  EFFICIENTNET_B3("efficientnet-b3", 0.5, 0.2);

  private final String id;
  private final double defaultDropout;
  private final double defaultDropConnect;

  NetworkKind(String id, double defaultDropout, double defaultDropConnect) {
    this.id = id;
    this.defaultDropout = defaultDropout;
    this.defaultDropConnect = defaultDropConnect;
  }

  /** Name used in model names. */
  public String id() {
    return id;
  }

  /** Dropout before the last layer when a job names none (METHOD 4). */
  public double defaultDropout() {
    return defaultDropout;
  }

  /** Drop-connect when a job names none: Keras's. */
  public double defaultDropConnect() {
    return defaultDropConnect;
  }
}
