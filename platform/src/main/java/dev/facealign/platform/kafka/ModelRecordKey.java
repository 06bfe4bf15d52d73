package dev.facealign.platform.kafka;

/** Keys of the topic {@link Topics#MODELS}: a model's and an alias's records. */
public final class ModelRecordKey {
  /** Begins the key of a model's record; its version follows. */
  public static final String MODEL_PREFIX = "model/";

  /** Begins the key of an alias's record; its name follows. */
  public static final String ALIAS_PREFIX = "alias/";

  private ModelRecordKey() {}

  /** The key of the record that announces a model. */
  public static String ofModel(String version) {
    return MODEL_PREFIX + version;
  }

  /** The key of the record that assigns an alias. */
  public static String ofAlias(String alias) {
    return ALIAS_PREFIX + alias;
  }
}
