package dev.facealign.trainer.run;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.facealign.augment.Augmentation;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.RandomStreams;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.HoldOut;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.augment.BatchLoader;
import dev.facealign.trainer.export.ExportCheck;
import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Initialiser;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.Torch;
import dev.facealign.trainer.quantise.NetworkQuantiser;
import dev.facealign.trainer.quantise.QuantisedNetwork;
import dev.facealign.trainer.run.Checkpoint.Group;
import dev.facealign.trainer.run.TrainedModel.DataPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network: reads the faces, holds some out, runs the epochs, exports the weights of the
 * epoch with the lowest validation NME.
 *
 * <p>The same plan gives the same losses on the same machine with the same number of threads (on a
 * GPU: within rounding), and so does a run that goes on from a checkpoint. One run at a time in a
 * process: PyTorch's gradients and random numbers are the process's.
 */
public final class TrainingRun {

  private static final Logger log = LoggerFactory.getLogger(TrainingRun.class);

  private static final int PICTURES_COMPARED = 32;

  /** Share of the heap for the pixels of the faces trained on. */
  private static final double TRAINING_MEMORY = 0.4;

  /** Share of the heap for the pixels of the faces held out. */
  private static final double VALIDATION_MEMORY = 0.1;

  /**
   * Trains.
   *
   * @param plan what and how
   * @param resumeFrom null: from the start
   * @param observer hears of epochs and checkpoints
   * @param stop asked before every step
   * @throws FaultException INVALID_ARGUMENT, reason {@link CropCache#FACE_UNREADABLE}, before the
   *     first epoch: a picture cannot be read; FAILED_PRECONDITION: too few pictures, or a
   *     checkpoint of other settings ({@link Checkpoint#MISMATCH}); DATA_LOSS: the exported network
   *     computes something else ({@link ExportCheck#DIFFERS})
   */
  public RunOutcome run(
      TrainingPlan plan, @Nullable Checkpoint resumeFrom, RunObserver observer, StopSignal stop) {
    TrainingSettings settings = plan.settings();
    Map<String, String> texts = SettingsText.of(plan);
    if (resumeFrom != null) {
      resumeFrom.requireSettings(texts);
    }
    HoldOut parts =
        HoldOut.split(plan.dataset().faces(), settings.validationShare(), settings.seed());
    Network network = network(plan);
    RandomStreams random = new RandomStreams(settings.seed());
    Device device = Torch.device();
    Checkpoint from = resumeFrom;
    boolean begun = false;
    while (true) {
      int epochsDone = from == null ? 0 : from.epoch();
      int sizePx = settings.inputSizeAt(Math.min(epochsDone, settings.epochs() - 1));
      Optional<Faces> loaded = load(plan, parts, sizePx, stop);
      if (loaded.isEmpty()) {
        if (begun && from != null) {
          observer.checkpoint(from);
        }
        return new RunOutcome.Stopped(epochsDone);
      }
      CropCache faces = loaded.get().training();
      CropCache held = loaded.get().held();
      if (from == null) {
        from = start(plan, network, faces, random, texts);
      }
      Augmentation augmentation =
          new Augmentation(
              settings.augmentation(), plan.dataset().scheme(), plan.cropping().policy(), sizePx);
      try (BatchLoader loader = new BatchLoader(faces, augmentation, random, settings.batchSize());
          NDManager manager = Torch.engine().newBaseManager(device)) {
        TrainingLoop loop =
            new TrainingLoop(plan, network, loader, held, observer.sampleFaces(), from, manager);
        if (!begun) {
          observer.started(
              new StartedRun(faces.size(), held.size(), epochsDone, from.step(), name(device)));
          begun = true;
        }
        Optional<RunOutcome> ended = loop.run(observer, stop);
        if (ended.isPresent()) {
          return ended.get();
        }
        if (loop.progress().epoch() == settings.epochs()) {
          TrainedModel model =
              export(network, loop.best(), loop.calibration(), loop.progress(), parts, held);
          return withInt8(plan, model, faces, held, stop)
              .<RunOutcome>map(RunOutcome.Completed::new)
              .orElseGet(() -> new RunOutcome.Stopped(settings.epochs()));
        }
        from = loop.checkpoint();
      }
    }
  }

  /**
   * The model that a run would end with if it ended where it stands: of the best epoch so far, with
   * that epoch's input size.
   *
   * @throws FaultException FAILED_PRECONDITION: a checkpoint of other settings ({@link
   *     Checkpoint#MISMATCH}), or no epoch of its input size is done; otherwise as {@link #run}
   */
  public TrainedModel asItStands(TrainingPlan plan, Checkpoint checkpoint) {
    TrainingSettings settings = plan.settings();
    checkpoint.requireSettings(SettingsText.of(plan));
    if (checkpoint.best() == null) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "NO_EPOCH_DONE",
          "checkpoint: of epoch "
              + checkpoint.epoch()
              + " (expected: one whose input size has had"
              + " an epoch)");
    }
    HoldOut parts =
        HoldOut.split(plan.dataset().faces(), settings.validationShare(), settings.seed());
    Network network = network(plan);
    int sizePx = settings.inputSizeAt(checkpoint.progress().bestEpoch() - 1);
    Faces faces = load(plan, parts, sizePx, () -> false).orElseThrow();
    Augmentation augmentation =
        new Augmentation(
            settings.augmentation(), plan.dataset().scheme(), plan.cropping().policy(), sizePx);
    try (BatchLoader loader =
            new BatchLoader(
                faces.training(),
                augmentation,
                new RandomStreams(settings.seed()),
                settings.batchSize());
        NDManager manager = Torch.engine().newBaseManager(Torch.device())) {
      TrainingLoop loop =
          new TrainingLoop(plan, network, loader, faces.held(), 0, checkpoint, manager);
      TrainedModel model =
          export(network, loop.best(), loop.calibration(), loop.progress(), parts, faces.held());
      return withInt8(plan, model, faces.training(), faces.held(), () -> false).orElseThrow();
    }
  }

  private static Network network(TrainingPlan plan) {
    TrainingSettings settings = plan.settings();
    return new Network(
        Architecture.of(settings.network()),
        2 * plan.dataset().scheme().count(),
        new Regularisation(
            settings.dropout(), settings.dropConnect(), settings.batchNormMomentum()),
        settings.certainty());
  }

  /**
   * Crops of one size.
   *
   * @param training of the faces to train on
   * @param held of the faces held out
   */
  private record Faces(CropCache training, CropCache held) {}

  /** Empty where {@code stop} said so. */
  private static Optional<Faces> load(
      TrainingPlan plan, HoldOut parts, int sizePx, StopSignal stop) {
    long began = System.nanoTime();
    long memory = Runtime.getRuntime().maxMemory();
    Optional<CropCache> training =
        load(plan, parts.training(), sizePx, (long) (TRAINING_MEMORY * memory), stop);
    Optional<CropCache> held =
        load(plan, parts.validation(), sizePx, (long) (VALIDATION_MEMORY * memory), stop);
    if (training.isEmpty() || held.isEmpty()) {
      return Optional.empty();
    }
    log.info(
        "faces loaded training={} validation={} size_px={} seconds={}",
        training.get().size(),
        held.get().size(),
        sizePx,
        (System.nanoTime() - began) / 1e9);
    return Optional.of(new Faces(training.get(), held.get()));
  }

  /** A run before its first step. */
  private static Checkpoint start(
      TrainingPlan plan,
      Network network,
      CropCache faces,
      RandomStreams random,
      Map<String, String> texts) {
    Map<String, Tensor> drawn = Initialiser.draw(network, meanFace(faces), random.weights());
    StartModel start = plan.start();
    Map<String, Tensor> weights =
        start == null ? drawn : start.begin(network, plan.dataset().scheme(), drawn);
    Map<String, Tensor> noMoments = Adam.noMoments(network.tensors());
    return Checkpoint.of(
        Checkpoint.Progress.START,
        texts,
        Map.of(
            Group.WEIGHTS, weights,
            Group.AVERAGE, weights,
            Group.ADAM_FIRST, noMoments,
            Group.ADAM_SECOND, noMoments),
        null);
  }

  /**
   * The linear layer starts there: in a short run it saves the steps of learning where a face's
   * points lie.
   */
  private static double[] meanFace(CropCache faces) {
    double[] mean = new double[faces.face(0).labels().length];
    for (int i = 0; i < faces.size(); i++) {
      double[] labels = faces.face(i).labels();
      for (int k = 0; k < mean.length; k++) {
        mean[k] += labels[k] / faces.size();
      }
    }
    return mean;
  }

  /** What it would be computed on now: "cpu" or "gpu0". */
  public static String device() {
    return name(Torch.device());
  }

  private static String name(Device device) {
    return device.isGpu() ? "gpu" + device.getDeviceId() : "cpu";
  }

  private static Optional<CropCache> load(
      TrainingPlan plan, List<FaceSample> faces, int sizePx, long mostBytes, StopSignal stop) {
    return CropCache.load(faces, plan.cropping(), sizePx, mostBytes, stop::stopRequested);
  }

  private static TrainedModel export(
      Network network,
      Map<String, Tensor> best,
      Optional<CertaintyCalibration> calibration,
      Checkpoint.Progress progress,
      HoldOut parts,
      CropCache validation) {
    int size = validation.sizePx();
    Map<String, Tensor> calibrated = calibration.map(c -> c.folded(best)).orElse(best);
    byte[] onnx = OnnxExport.write(network, calibrated, size);
    List<float[]> pictures = new ArrayList<>();
    for (int i = 0; i < Math.min(PICTURES_COMPARED, validation.size()); i++) {
      float[] picture = new float[3 * size * size];
      validation.centre(i, picture);
      pictures.add(picture);
    }
    double difference = ExportCheck.largestDifference(onnx, network, calibrated, pictures, size);
    log.info(
        "network exported epoch={} bytes={} largest_difference={}",
        progress.bestEpoch(),
        onnx.length,
        difference);
    return new TrainedModel(
        onnx,
        size,
        OnnxExport.OPSET,
        difference,
        progress.bestNme(),
        progress.bestEpoch(),
        calibration,
        Optional.empty(),
        StartModel.encode(best),
        part(parts.training()),
        part(parts.validation()));
  }

  /**
   * Adds the 8-bit network that was asked for. A run of hours does not fail for it.
   *
   * @return empty where {@code stop} said so: the last epoch's checkpoint is given away by then
   */
  private static Optional<TrainedModel> withInt8(
      TrainingPlan plan, TrainedModel model, CropCache training, CropCache held, StopSignal stop) {
    if (!plan.settings().int8()) {
      return Optional.of(model);
    }
    long began = System.nanoTime();
    try {
      Optional<QuantisedNetwork> made =
          NetworkQuantiser.quantise(
              model.onnx(), training, held, plan.dataset().scheme(), stop::stopRequested);
      made.ifPresent(
          int8 ->
              log.info(
                  "8-bit network made offered={} validation_nme={} float_validation_nme={} bytes={} seconds={}",
                  int8.offered(),
                  int8.validationNme(),
                  int8.floatValidationNme(),
                  int8.onnx().length,
                  (System.nanoTime() - began) / 1e9));
      return made.map(model::with);
    } catch (FaultException e) {
      log.error("8-bit network not made, the model is published without", e);
      return Optional.of(model);
    }
  }

  private static DataPart part(List<FaceSample> faces) {
    return new DataPart(faces.size(), FaceDataset.fingerprint(faces));
  }
}
