package dev.facealign.trainer.run;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.network.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a run needs to go on as if it had never stopped. One file, {@value #FILE}, in the
 * safetensors format: tensors {@code weights/*}, {@code average/*}, {@code adam.first/*}, {@code
 * adam.second/*} and, once there is a best epoch, {@code best/*}; texts {@code format}, {@code
 * epoch}, {@code step}, {@code loss_sum}, {@code lowest_loss}, {@code best_epoch}, {@code best_nme}
 * and, for each setting that a run's course depends on, {@code settings.*}.
 *
 * <p>Numbers drawn at random are no part of it: they depend on seed, epoch and step alone.
 */
public final class Checkpoint {

  /** Name of a checkpoint's file. */
  public static final String FILE = "checkpoint.safetensors";

  /** Reason of the fault for a file that is no checkpoint, or a damaged one. */
  public static final String UNREADABLE = "CHECKPOINT_UNREADABLE";

  /** Reason of the fault for a checkpoint of other settings or of another format. */
  public static final String MISMATCH = "CHECKPOINT_MISMATCH";

  private static final String FORMAT = "facealign-checkpoint-2";
  private static final TensorFile.Owner OWNER = new TensorFile.Owner("checkpoint", UNREADABLE);
  private static final String SETTINGS = "settings.";
  private static final String BEST = "best/";

  private final Progress progress;
  private final Map<String, String> settings;
  private final Map<String, Tensor> tensors;

  /** Groups of tensors, each by tensor name. */
  enum Group {
    WEIGHTS("weights/"),
    AVERAGE("average/"),
    ADAM_FIRST("adam.first/"),
    ADAM_SECOND("adam.second/");

    private final String prefix;

    Group(String prefix) {
      this.prefix = prefix;
    }
  }

  /**
   * Where a run stands.
   *
   * @param epoch epochs done
   * @param step steps done of the epoch after
   * @param lossSum sum of those steps' losses
   * @param lowestLoss lowest of the first step's loss and the epochs' means; infinite before that
   * @param bestEpoch epoch with the lowest validation NME at the input's size; 0 before the first
   * @param bestNme its NME; infinite before the first
   */
  record Progress(
      int epoch, int step, double lossSum, double lowestLoss, int bestEpoch, double bestNme) {

    static final Progress START =
        new Progress(0, 0, 0, Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY);

    /** The same with no best epoch yet. */
    Progress withoutBest() {
      return new Progress(epoch, step, lossSum, lowestLoss, 0, Double.POSITIVE_INFINITY);
    }
  }

  private Checkpoint(Progress progress, Map<String, String> settings, Map<String, Tensor> tensors) {
    this.progress = progress;
    this.settings = settings;
    this.tensors = tensors;
  }

  static Checkpoint of(
      Progress progress,
      Map<String, String> settings,
      Map<Group, Map<String, Tensor>> groups,
      @Nullable Map<String, Tensor> best) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    groups.forEach((group, members) -> put(tensors, group.prefix, members));
    if (best != null) {
      put(tensors, BEST, best);
    }
    return new Checkpoint(progress, settings, tensors);
  }

  private static void put(Map<String, Tensor> to, String prefix, Map<String, Tensor> from) {
    from.forEach((name, tensor) -> to.put(prefix + name, tensor));
  }

  /** Epochs done. */
  public int epoch() {
    return progress.epoch();
  }

  /** Steps done of the epoch after; 0 at an epoch's end. */
  public int step() {
    return progress.step();
  }

  Progress progress() {
    return progress;
  }

  /** The settings that the run's course depends on. */
  Map<String, String> settings() {
    return settings;
  }

  Map<String, Tensor> group(Group group) {
    return members(group.prefix);
  }

  /** Weights of the best epoch; null before the first. */
  @Nullable Map<String, Tensor> best() {
    return progress.bestEpoch() == 0 ? null : members(BEST);
  }

  private Map<String, Tensor> members(String prefix) {
    Map<String, Tensor> members = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            members.put(name.substring(prefix.length()), tensor);
          }
        });
    return members;
  }

  /**
   * Refuses to be gone on from by a run of other settings or other data.
   *
   * @throws FaultException FAILED_PRECONDITION, reason {@value #MISMATCH}, naming the first setting
   *     that differs
   */
  public void requireFitting(TrainingPlan plan) {
    requireSettings(SettingsText.of(plan));
  }

  /**
   * Refuses to be used for other settings.
   *
   * @throws FaultException FAILED_PRECONDITION, reason {@value #MISMATCH}, naming the first setting
   *     that differs
   */
  void requireSettings(Map<String, String> wanted) {
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      String kept = settings.get(entry.getKey());
      if (!entry.getValue().equals(kept)) {
        throw mismatch(
            entry.getKey() + ": " + kept + " in the checkpoint", entry.getValue() + " of this run");
      }
    }
    for (Map.Entry<String, String> entry : settings.entrySet()) {
      if (!wanted.containsKey(entry.getKey())) {
        throw mismatch(
            entry.getKey() + ": " + entry.getValue() + " in the checkpoint", "none in this run");
      }
    }
  }

  /** The content of {@value #FILE}. */
  public byte[] encode() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("format", FORMAT);
    texts.put("epoch", Integer.toString(progress.epoch()));
    texts.put("step", Integer.toString(progress.step()));
    texts.put("loss_sum", Double.toString(progress.lossSum()));
    texts.put("lowest_loss", Double.toString(progress.lowestLoss()));
    texts.put("best_epoch", Integer.toString(progress.bestEpoch()));
    texts.put("best_nme", Double.toString(progress.bestNme()));
    settings.forEach((name, value) -> texts.put(SETTINGS + name, value));
    return new TensorFile(texts, tensors).encode();
  }

  /**
   * Reads the content of {@value #FILE}.
   *
   * @throws FaultException DATA_LOSS, reason {@value #UNREADABLE}; FAILED_PRECONDITION, reason
   *     {@value #MISMATCH}: another format
   */
  public static Checkpoint decode(byte[] bytes) {
    TensorFile file = TensorFile.decode(bytes, OWNER);
    String format = String.valueOf(file.texts().get("format"));
    if (!format.equals(FORMAT)) {
      throw mismatch(
          "format: " + format,
          FORMAT + "; another version of the trainer wrote it, submit the job under a new id");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    file.texts()
        .forEach(
            (name, value) -> {
              if (name.startsWith(SETTINGS)) {
                settings.put(name.substring(SETTINGS.length()), value);
              }
            });
    Progress progress =
        new Progress(
            (int) number(file, "epoch"),
            (int) number(file, "step"),
            number(file, "loss_sum"),
            number(file, "lowest_loss"),
            (int) number(file, "best_epoch"),
            number(file, "best_nme"));
    return new Checkpoint(progress, settings, file.tensors());
  }

  private static double number(TensorFile file, String name) {
    String text = String.valueOf(file.texts().get(name));
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, UNREADABLE, name + ": " + text + " (expected: a number)", e);
    }
  }

  /** Writes {@value #FILE} into a folder. */
  public void write(Path folder) {
    try {
      Files.write(folder.resolve(FILE), encode());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(FILE), e);
    }
  }

  /** Reads {@value #FILE} of a folder; see {@link #decode}. */
  public static Checkpoint read(Path folder) {
    try {
      return decode(Files.readAllBytes(folder.resolve(FILE)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder.resolve(FILE), e);
    }
  }

  private static FaultException mismatch(String is, String expected) {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION, MISMATCH, is + " (expected: " + expected + ")");
  }
}
