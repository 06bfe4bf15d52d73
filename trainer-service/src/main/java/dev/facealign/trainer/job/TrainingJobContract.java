package dev.facealign.trainer.job;

import dev.facealign.augment.AugmentationSpec;
import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;
import dev.facealign.trainer.job.AcrLossSpec.PhiUnit;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.job.OptimiserSpec.RateSchedule;
import dev.facealign.v1.AugmentationSettings;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.Network;
import dev.facealign.v1.OptimiserSettings;
import dev.facealign.v1.Priority;
import dev.facealign.v1.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The contract's {@link TrainingJob} to checked {@link TrainingSettings} and back.
 *
 * <p>Reading refuses the first value outside its documented range with a {@link FaultException}
 * that names the field, the value and what was expected. Writing gives a job in which every default
 * is filled in, so that a recorded job stays the same when defaults change.
 */
public final class TrainingJobContract {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
  private static final Pattern SPLIT =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
  private static final String NAME_EXPECTED =
      "1 to 64 letters, digits, '.', '_' or '-', not starting with '.'";

  private static final int MOST_RATE_STEPS = 20;
  private static final int MOST_INPUT_SIZE_STAGES = 10;
  private static final int LARGEST_INPUT = 512;

  /** So that a number fits behind it in the 64 characters of a job's name. */
  private static final int LONGEST_SWEEP_ID = 48;

  /** From label units to pixels of the published crop, in which other losses' settings are told. */
  private static final double PIXELS_OF_224 = 224;

  /**
   * Of ACR, L2 and L1. In label units (1) the gradients of ACR and L2 are so small that Adam's
   * epsilon slows learning down.
   */
  private static final double DEFAULT_COORDINATE_SCALE = 30;

  /** The published schedule (METHOD 3): epochs 0, 16, 31, 71 and 101 of 151. */
  static final List<SmoothFaceStage> PUBLISHED_SCHEDULE =
      List.of(
          new SmoothFaceStage(0, new ComponentPolicy.VarianceShare(0.80)),
          new SmoothFaceStage(16.0 / 151, new ComponentPolicy.VarianceShare(0.85)),
          new SmoothFaceStage(31.0 / 151, new ComponentPolicy.VarianceShare(0.90)),
          new SmoothFaceStage(71.0 / 151, new ComponentPolicy.VarianceShare(0.95)),
          new SmoothFaceStage(101.0 / 151, new ComponentPolicy.VarianceShare(0.97)));

  private TrainingJobContract() {}

  /**
   * Checks a job and fills in its defaults.
   *
   * @param job the job as it was sent
   * @param idWithoutOne the job id where the job has none
   * @throws FaultException INVALID_ARGUMENT, naming the first offending field
   */
  public static TrainingSettings settings(TrainingJob job, String idWithoutOne) {
    String jobId = name("job_id", job.getJobId().isEmpty() ? idWithoutOne : job.getJobId());
    DatasetRef dataset = Contracts.dataset(job.getDataset(), "train");
    name("dataset.name", dataset.getName());
    if (!dataset.getScheme().isEmpty()) {
      name("dataset.scheme", dataset.getScheme());
    }
    if (!SPLIT.matcher(dataset.getSplit()).matches()) {
      throw FaultException.invalid(
          "dataset.split", dataset.getSplit(), "a split such as train, or a folder of the dataset");
    }
    NetworkKind network = network(job);
    LossSpec loss = loss(job.getLoss());
    @Nullable String shapeModel = job.getShapeModel().isEmpty() ? null : job.getShapeModel();
    if (loss instanceof AcrLossSpec && shapeModel == null) {
      throw FaultException.invalid(
          "shape_model", "", "the version of a shape model, which LOSS_KIND_ACR needs");
    }
    int epochs = range("epochs", job.hasEpochs() ? job.getEpochs() : 150, 1, 10_000);
    int size = inputSize("input_size_px", job.hasInputSizePx() ? job.getInputSizePx() : 224);
    @Nullable String modelName =
        job.getModelName().isEmpty() ? null : name("model_name", job.getModelName());
    return new TrainingSettings(
        jobId,
        Contracts.selection(dataset),
        shapeModel,
        network,
        loss,
        size,
        epochs,
        range("batch_size", job.hasBatchSize() ? job.getBatchSize() : 16, 1, 1024),
        optimiser(job.getOptimiser()),
        augmentation(job.getAugmentation()),
        range(
            "validation_share",
            job.hasValidationShare() ? job.getValidationShare() : 0.1,
            0.01,
            0.5),
        job.hasSeed() ? job.getSeed() : 1,
        cropPolicy(job),
        boxes(job),
        modelName,
        range(
            "checkpoint_every_epochs",
            job.hasCheckpointEveryEpochs() ? job.getCheckpointEveryEpochs() : 1,
            1,
            1000),
        belowOne("dropout", job.hasDropout() ? job.getDropout() : network.defaultDropout()),
        belowOne(
            "drop_connect",
            job.hasDropConnect() ? job.getDropConnect() : network.defaultDropConnect()),
        belowOne(
            "batch_norm_momentum", job.hasBatchNormMomentum() ? job.getBatchNormMomentum() : 0.9),
        inputSizeStages(job, size, epochs),
        !job.hasCertainty() || job.getCertainty(),
        range(
            "checkpoint_every_seconds",
            job.hasCheckpointEverySeconds() ? job.getCheckpointEverySeconds() : 300,
            1,
            86_400),
        priority(job),
        job.getSweep().isEmpty() ? null : sweepId("sweep", job.getSweep()),
        job.getContinueJob().isEmpty() ? null : name("continue_job", job.getContinueJob()),
        job.getStartModel().isEmpty() ? null : startModel(job.getStartModel()),
        !job.hasInt8() || job.getInt8());
  }

  /** A job with every default filled in. */
  public static TrainingJob job(TrainingSettings settings) {
    TrainingJob.Builder job =
        TrainingJob.newBuilder()
            .setJobId(settings.jobId())
            .setDataset(Contracts.toProto(settings.dataset()))
            .setNetwork(network(settings.network()))
            .setLoss(lossContract(settings.loss()))
            .setInputSizePx(settings.inputSizePx())
            .setEpochs(settings.epochs())
            .setBatchSize(settings.batchSize())
            .setOptimiser(optimiserContract(settings.optimiser()))
            .setAugmentation(augmentationContract(settings.augmentation()))
            .setValidationShare(settings.validationShare())
            .setSeed(settings.seed())
            .setCheckpointEveryEpochs(settings.checkpointEveryEpochs())
            .setDropout(settings.dropout())
            .setDropConnect(settings.dropConnect())
            .setBatchNormMomentum(settings.batchNormMomentum())
            .setCertainty(settings.certainty())
            .setInt8(settings.int8())
            .setCheckpointEverySeconds(settings.checkpointEverySeconds())
            .setPriority(
                switch (settings.priority()) {
                  case NORMAL -> Priority.PRIORITY_NORMAL;
                  case URGENT -> Priority.PRIORITY_URGENT;
                });
    if (settings.sweep() != null) {
      job.setSweep(settings.sweep());
    }
    if (settings.continueJob() != null) {
      job.setContinueJob(settings.continueJob());
    }
    if (settings.startModel() != null) {
      job.setStartModel(settings.startModel());
    }
    for (InputSizeStage stage : settings.inputSizeStages()) {
      job.addInputSizeStages(
          dev.facealign.v1.InputSizeStage.newBuilder()
              .setFrom(stage.from())
              .setSizePx(stage.sizePx()));
    }
    if (settings.modelName() != null) {
      job.setModelName(settings.modelName());
    }
    if (settings.shapeModel() != null) {
      job.setShapeModel(settings.shapeModel());
    }
    if (settings.cropPolicy() != null) {
      job.setCropPolicy(Contracts.toProto(settings.cropPolicy()));
    }
    BoxSource boxes = settings.boxes();
    if (boxes != null) {
      job.setBoxSource(Contracts.toProto(boxes));
      Contracts.boxJitter(boxes).ifPresent(job::setBoxJitter);
    }
    return job.build();
  }

  /**
   * The name of a sweep.
   *
   * @throws FaultException INVALID_ARGUMENT: other characters, or too long for its jobs' names
   */
  public static String sweepId(String field, String value) {
    name(field, value);
    if (value.length() > LONGEST_SWEEP_ID) {
      throw FaultException.invalid(field, value, "at most " + LONGEST_SWEEP_ID + " characters");
    }
    return value;
  }

  private static String startModel(String version) {
    if (!VersionPrefix.isVersionOrPrefix(version)) {
      throw FaultException.invalid("start_model", version, "8 to 64 lower-case hexadecimal digits");
    }
    return version;
  }

  private static JobPriority priority(TrainingJob job) {
    return switch (job.getPriority()) {
      case PRIORITY_UNSPECIFIED, PRIORITY_NORMAL -> JobPriority.NORMAL;
      case PRIORITY_URGENT -> JobPriority.URGENT;
      case UNRECOGNIZED ->
          throw FaultException.invalid("priority", job.getPriorityValue(), "a known Priority");
    };
  }

  /**
   * The side of a network's input.
   *
   * @throws FaultException INVALID_ARGUMENT: not a multiple of 16 from 64 to 512
   */
  public static int inputSize(String field, int size) {
    return inputSize(field, size, LARGEST_INPUT);
  }

  private static int inputSize(String field, int size, int most) {
    range(field, size, 64, most);
    if (size % 16 != 0) {
      throw FaultException.invalid(field, size, "a multiple of 16");
    }
    return size;
  }

  private static List<InputSizeStage> inputSizeStages(TrainingJob job, int size, int epochs) {
    int count = job.getInputSizeStagesCount();
    if (count == 0) {
      return List.of(new InputSizeStage(0, size));
    }
    if (count > MOST_INPUT_SIZE_STAGES) {
      throw FaultException.invalid(
          "input_size_stages", count + " stages", "at most " + MOST_INPUT_SIZE_STAGES);
    }
    List<InputSizeStage> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dev.facealign.v1.InputSizeStage stage = job.getInputSizeStages(i);
      String field = "input_size_stages[" + i + "]";
      double from = belowOne(field + ".from", stage.getFrom());
      if (i == 0 && from != 0) {
        throw FaultException.invalid(field + ".from", from, "0, as the first stage");
      }
      int side = inputSize(field + ".size_px", stage.getSizePx(), size);
      if (i > 0) {
        InputSizeStage before = stages.get(i - 1);
        if (from <= before.from()) {
          throw FaultException.invalid(
              field + ".from", from, "more than " + before.from() + ", the one before");
        }
        if (side <= before.sizePx()) {
          throw FaultException.invalid(
              field + ".size_px", side, "more than " + before.sizePx() + ", the one before");
        }
      }
      stages.add(new InputSizeStage(from, side));
    }
    if (stages.get(count - 1).sizePx() != size) {
      throw FaultException.invalid(
          "input_size_stages[" + (count - 1) + "].size_px",
          stages.get(count - 1).sizePx(),
          size + ", input_size_px, as the last stage");
    }
    double lastFrom = stages.get(count - 1).from();
    if (lastFrom * epochs > epochs - 1) {
      throw FaultException.invalid(
          "input_size_stages[" + (count - 1) + "].from",
          lastFrom,
          "at most " + (epochs - 1) + "/" + epochs + ", so that an epoch has input_size_px");
    }
    return stages;
  }

  private static NetworkKind network(TrainingJob job) {
    return job.getNetwork() == Network.NETWORK_UNSPECIFIED
        ? NetworkKind.MOBILENET_V2
        : network(job.getNetwork(), job.getNetworkValue());
  }

  /**
   * The architecture of the contract's word.
   *
   * @param number the word's number, for the message
   * @throws FaultException INVALID_ARGUMENT: none, or an unknown one
   */
  public static NetworkKind network(Network network, int number) {
    return switch (network) {
      case NETWORK_MOBILENET_V2 -> NetworkKind.MOBILENET_V2;
      case NETWORK_EFFICIENTNET_B0 -> NetworkKind.EFFICIENTNET_B0;
      case NETWORK_EFFICIENTNET_B3 -> NetworkKind.EFFICIENTNET_B3;
      case NETWORK_UNSPECIFIED, UNRECOGNIZED ->
          throw FaultException.invalid("network", number, "a known Network");
    };
  }

  /** The contract's word for an architecture. */
  public static Network network(NetworkKind kind) {
    return switch (kind) {
      case MOBILENET_V2 -> Network.NETWORK_MOBILENET_V2;
      case EFFICIENTNET_B0 -> Network.NETWORK_EFFICIENTNET_B0;
      case EFFICIENTNET_B3 -> Network.NETWORK_EFFICIENTNET_B3;
    };
  }

  private static @Nullable BoxSource boxes(TrainingJob job) {
    return job.getBoxSource() == dev.facealign.v1.BoxSource.BOX_SOURCE_UNSPECIFIED
        ? null
        : Contracts.boxSource(job.getBoxSourceValue(), job.getBoxJitter());
  }

  private static @Nullable CropPolicy cropPolicy(TrainingJob job) {
    return job.getCropPolicy() == dev.facealign.v1.CropPolicy.CROP_POLICY_UNSPECIFIED
        ? null
        : Contracts.cropPolicy(job.getCropPolicyValue());
  }

  private static LossSpec loss(LossSettings loss) {
    return switch (loss.getKind()) {
      case LOSS_KIND_UNSPECIFIED, LOSS_KIND_ACR -> acr(loss);
      case LOSS_KIND_L2 -> new L2LossSpec(coordinateScale(loss, DEFAULT_COORDINATE_SCALE));
      case LOSS_KIND_L1 -> new L1LossSpec(coordinateScale(loss, DEFAULT_COORDINATE_SCALE));
      case LOSS_KIND_SMOOTH_L1 ->
          new SmoothL1LossSpec(
              positive(
                  "loss.smooth_l1_beta", loss.hasSmoothL1Beta() ? loss.getSmoothL1Beta() : 1, 1000),
              coordinateScale(loss, PIXELS_OF_224));
      case LOSS_KIND_WING ->
          new WingLossSpec(
              positive("loss.wing_width", loss.hasWingWidth() ? loss.getWingWidth() : 10, 1000),
              positive(
                  "loss.wing_epsilon", loss.hasWingEpsilon() ? loss.getWingEpsilon() : 2, 1000),
              coordinateScale(loss, PIXELS_OF_224));
      case UNRECOGNIZED ->
          throw FaultException.invalid("loss.kind", loss.getKindValue(), "a known LossKind");
    };
  }

  private static double coordinateScale(LossSettings loss, double otherwise) {
    return positive(
        "loss.coordinate_scale",
        loss.hasCoordinateScale() ? loss.getCoordinateScale() : otherwise,
        1000);
  }

  private static AcrLossSpec acr(LossSettings loss) {
    AcrConstant constant =
        switch (loss.getConstant()) {
          case ACR_CONSTANT_UNSPECIFIED, ACR_CONSTANT_CONTINUOUS -> AcrConstant.CONTINUOUS;
          case ACR_CONSTANT_PUBLISHED -> AcrConstant.PUBLISHED;
          case UNRECOGNIZED ->
              throw FaultException.invalid(
                  "loss.constant", loss.getConstantValue(), "a known AcrConstant");
        };
    PhiUnit unit =
        switch (loss.getPhiUnit()) {
          case PHI_UNIT_UNSPECIFIED, PHI_UNIT_COORDINATE -> PhiUnit.COORDINATE;
          case PHI_UNIT_LANDMARK -> PhiUnit.LANDMARK;
          case UNRECOGNIZED ->
              throw FaultException.invalid(
                  "loss.phi_unit", loss.getPhiUnitValue(), "a known PhiUnit");
        };
    return new AcrLossSpec(
        positive("loss.lambda", loss.hasLambda() ? loss.getLambda() : 1, 1000),
        coordinateScale(loss, DEFAULT_COORDINATE_SCALE),
        constant,
        unit,
        loss.getScheduleCount() == 0 ? PUBLISHED_SCHEDULE : schedule(loss.getScheduleList()));
  }

  private static List<SmoothFaceStage> schedule(List<dev.facealign.v1.SmoothFaceStage> stages) {
    List<SmoothFaceStage> schedule = new ArrayList<>();
    for (dev.facealign.v1.SmoothFaceStage stage : stages) {
      String field = "loss.schedule[" + schedule.size() + "]";
      double from = belowOne(field + ".from", stage.getFrom());
      double before = schedule.isEmpty() ? 0 : schedule.get(schedule.size() - 1).from();
      if (schedule.isEmpty() ? from != 0 : from <= before) {
        throw FaultException.invalid(
            field + ".from", from, schedule.isEmpty() ? "0 for the first stage" : "> " + before);
      }
      ComponentPolicy policy =
          switch (stage.getComponents().getPolicyCase()) {
            case VARIANCE_SHARE ->
                new ComponentPolicy.VarianceShare(
                    positive(
                        field + ".components.variance_share",
                        stage.getComponents().getVarianceShare(),
                        1));
            case COMPONENT_SHARE ->
                new ComponentPolicy.ComponentShare(
                    positive(
                        field + ".components.component_share",
                        stage.getComponents().getComponentShare(),
                        1));
            case POLICY_NOT_SET ->
                throw FaultException.invalid(
                    field + ".components", "not set", "variance_share or component_share");
          };
      schedule.add(new SmoothFaceStage(from, policy));
    }
    return schedule;
  }

  private static OptimiserSpec optimiser(OptimiserSettings optimiser) {
    OptimiserKind kind =
        switch (optimiser.getKind()) {
          case OPTIMISER_KIND_UNSPECIFIED, OPTIMISER_KIND_ADAMW -> OptimiserKind.ADAMW;
          case OPTIMISER_KIND_ADAM -> OptimiserKind.ADAM;
          case UNRECOGNIZED ->
              throw FaultException.invalid(
                  "optimiser.kind", optimiser.getKindValue(), "a known OptimiserKind");
        };
    return new OptimiserSpec(
        kind,
        positive(
            "optimiser.learning_rate",
            optimiser.hasLearningRate() ? optimiser.getLearningRate() : 1e-3,
            1),
        range(
            "optimiser.weight_decay",
            optimiser.hasWeightDecay() ? optimiser.getWeightDecay() : 1e-4,
            0,
            1),
        range(
            "optimiser.warmup_share",
            optimiser.hasWarmupShare() ? optimiser.getWarmupShare() : 0.05,
            0,
            0.5),
        rateSchedule(optimiser),
        positive(
            "optimiser.gradient_clip_norm",
            optimiser.hasGradientClipNorm() ? optimiser.getGradientClipNorm() : 5,
            Double.MAX_VALUE),
        belowOne("optimiser.ema_decay", optimiser.hasEmaDecay() ? optimiser.getEmaDecay() : 0.999));
  }

  private static RateSchedule rateSchedule(OptimiserSettings optimiser) {
    return switch (optimiser.getSchedule()) {
      case RATE_SCHEDULE_UNSPECIFIED, RATE_SCHEDULE_COSINE -> new OptimiserSpec.Cosine();
      case RATE_SCHEDULE_CONSTANT -> new OptimiserSpec.Constant();
      case RATE_SCHEDULE_STEP ->
          new OptimiserSpec.Step(
              optimiser.getStepAtCount() == 0
                  ? List.of(0.6, 0.85)
                  : stepsAt(optimiser.getStepAtList()),
              betweenZeroAndOne(
                  "optimiser.step_factor",
                  optimiser.hasStepFactor() ? optimiser.getStepFactor() : 0.1));
      case UNRECOGNIZED ->
          throw FaultException.invalid(
              "optimiser.schedule", optimiser.getScheduleValue(), "a known RateSchedule");
    };
  }

  private static List<Double> stepsAt(List<Double> shares) {
    if (shares.size() > MOST_RATE_STEPS) {
      throw FaultException.invalid(
          "optimiser.step_at", shares.size() + " shares", "at most " + MOST_RATE_STEPS);
    }
    double before = 0;
    for (int i = 0; i < shares.size(); i++) {
      double share = betweenZeroAndOne("optimiser.step_at[" + i + "]", shares.get(i));
      if (share <= before) {
        throw FaultException.invalid(
            "optimiser.step_at[" + i + "]", share, "more than " + before + ", the one before");
      }
      before = share;
    }
    return shares;
  }

  private static AugmentationSpec augmentation(AugmentationSettings a) {
    AugmentationSpec d = AugmentationSpec.DEFAULT;
    String prefix = "augmentation.";
    return new AugmentationSpec(
        range(
            prefix + "flip_probability",
            a.hasFlipProbability() ? a.getFlipProbability() : d.flipProbability(),
            0,
            1),
        range(
            prefix + "rotation_degrees",
            a.hasRotationDegrees() ? a.getRotationDegrees() : d.rotationDegrees(),
            0,
            180),
        range(prefix + "scale", a.hasScale() ? a.getScale() : d.scale(), 0, 0.5),
        range(prefix + "shift", a.hasShift() ? a.getShift() : d.shift(), 0, 0.5),
        range(prefix + "brightness", a.hasBrightness() ? a.getBrightness() : d.brightness(), 0, 1),
        range(prefix + "contrast", a.hasContrast() ? a.getContrast() : d.contrast(), 0, 1),
        range(prefix + "colour", a.hasColour() ? a.getColour() : d.colour(), 0, 1),
        range(
            prefix + "occlusion_probability",
            a.hasOcclusionProbability() ? a.getOcclusionProbability() : d.occlusionProbability(),
            0,
            1),
        range(prefix + "box_jitter", a.hasBoxJitter() ? a.getBoxJitter() : d.boxJitter(), 0, 0.25),
        range(prefix + "gamma", a.hasGamma() ? a.getGamma() : d.gamma(), 0, 3),
        range(prefix + "noise", a.hasNoise() ? a.getNoise() : d.noise(), 0, 0.5),
        range(prefix + "blur", a.hasBlur() ? a.getBlur() : d.blur(), 0, 0.05));
  }

  private static LossSettings lossContract(LossSpec loss) {
    if (loss instanceof AcrLossSpec acr) {
      LossSettings.Builder settings =
          LossSettings.newBuilder()
              .setKind(LossKind.LOSS_KIND_ACR)
              .setLambda(acr.lambda())
              .setCoordinateScale(acr.coordinateScale())
              .setConstant(
                  switch (acr.constant()) {
                    case CONTINUOUS -> dev.facealign.v1.AcrConstant.ACR_CONSTANT_CONTINUOUS;
                    case PUBLISHED -> dev.facealign.v1.AcrConstant.ACR_CONSTANT_PUBLISHED;
                  })
              .setPhiUnit(
                  switch (acr.phiUnit()) {
                    case COORDINATE -> dev.facealign.v1.PhiUnit.PHI_UNIT_COORDINATE;
                    case LANDMARK -> dev.facealign.v1.PhiUnit.PHI_UNIT_LANDMARK;
                  });
      for (SmoothFaceStage stage : acr.schedule()) {
        settings.addSchedule(
            dev.facealign.v1.SmoothFaceStage.newBuilder()
                .setFrom(stage.from())
                .setComponents(Contracts.toProto(stage.components())));
      }
      return settings.build();
    }
    if (loss instanceof SmoothL1LossSpec smooth) {
      return LossSettings.newBuilder()
          .setKind(LossKind.LOSS_KIND_SMOOTH_L1)
          .setCoordinateScale(smooth.coordinateScale())
          .setSmoothL1Beta(smooth.beta())
          .build();
    }
    if (loss instanceof WingLossSpec wing) {
      return LossSettings.newBuilder()
          .setKind(LossKind.LOSS_KIND_WING)
          .setCoordinateScale(wing.coordinateScale())
          .setWingWidth(wing.width())
          .setWingEpsilon(wing.epsilon())
          .build();
    }
    if (loss instanceof L1LossSpec l1) {
      return LossSettings.newBuilder()
          .setKind(LossKind.LOSS_KIND_L1)
          .setCoordinateScale(l1.coordinateScale())
          .build();
    }
    if (loss instanceof L2LossSpec l2) {
      return LossSettings.newBuilder()
          .setKind(LossKind.LOSS_KIND_L2)
          .setCoordinateScale(l2.coordinateScale())
          .build();
    }
    throw new AssertionError(loss);
  }

  private static OptimiserSettings optimiserContract(OptimiserSpec optimiser) {
    OptimiserSettings.Builder settings =
        OptimiserSettings.newBuilder()
            .setKind(
                switch (optimiser.kind()) {
                  case ADAM -> dev.facealign.v1.OptimiserKind.OPTIMISER_KIND_ADAM;
                  case ADAMW -> dev.facealign.v1.OptimiserKind.OPTIMISER_KIND_ADAMW;
                })
            .setLearningRate(optimiser.learningRate())
            .setWeightDecay(optimiser.weightDecay())
            .setWarmupShare(optimiser.warmupShare())
            .setGradientClipNorm(optimiser.gradientClipNorm())
            .setEmaDecay(optimiser.emaDecay());
    RateSchedule schedule = optimiser.schedule();
    if (schedule instanceof OptimiserSpec.Step step) {
      settings
          .setSchedule(dev.facealign.v1.RateSchedule.RATE_SCHEDULE_STEP)
          .addAllStepAt(step.at())
          .setStepFactor(step.factor());
    } else if (schedule instanceof OptimiserSpec.Cosine) {
      settings.setSchedule(dev.facealign.v1.RateSchedule.RATE_SCHEDULE_COSINE);
    } else {
      settings.setSchedule(dev.facealign.v1.RateSchedule.RATE_SCHEDULE_CONSTANT);
    }
    return settings.build();
  }

  private static AugmentationSettings augmentationContract(AugmentationSpec augmentation) {
    return AugmentationSettings.newBuilder()
        .setFlipProbability(augmentation.flipProbability())
        .setRotationDegrees(augmentation.rotationDegrees())
        .setScale(augmentation.scale())
        .setShift(augmentation.shift())
        .setBrightness(augmentation.brightness())
        .setContrast(augmentation.contrast())
        .setColour(augmentation.colour())
        .setOcclusionProbability(augmentation.occlusionProbability())
        .setBoxJitter(augmentation.boxJitter())
        .setGamma(augmentation.gamma())
        .setNoise(augmentation.noise())
        .setBlur(augmentation.blur())
        .build();
  }

  /** Whether a job, dataset or model can be called so. */
  public static boolean isName(String value) {
    return NAME.matcher(value).matches();
  }

  /**
   * A name of a job, dataset or model.
   *
   * @throws FaultException INVALID_ARGUMENT: of another form
   */
  public static String name(String field, String value) {
    if (!isName(value)) {
      throw FaultException.invalid(field, value, NAME_EXPECTED);
    }
    return value;
  }

  private static int range(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw FaultException.invalid(
          field, value, String.format(Locale.ROOT, "%d to %d", least, most));
    }
    return value;
  }

  private static double range(String field, double value, double least, double most) {
    // Written so that NaN is refused too.
    if (!(value >= least && value <= most)) {
      throw FaultException.invalid(
          field, value, "in [" + number(least) + ", " + number(most) + "]");
    }
    return value;
  }

  private static double belowOne(String field, double value) {
    if (!(value >= 0 && value < 1)) {
      throw FaultException.invalid(field, value, "in [0, 1)");
    }
    return value;
  }

  private static double betweenZeroAndOne(String field, double value) {
    if (!(value > 0 && value < 1)) {
      throw FaultException.invalid(field, value, "in (0, 1)");
    }
    return value;
  }

  private static double positive(String field, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw FaultException.invalid(
          field, value, most == Double.MAX_VALUE ? "> 0" : "> 0 and <= " + number(most));
    }
    return value;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
