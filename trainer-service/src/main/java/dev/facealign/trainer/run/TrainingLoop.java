package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.RandomStreams;
import dev.facealign.trainer.augment.Batch;
import dev.facealign.trainer.augment.BatchLoader;
import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.loss.CertaintyLoss;
import dev.facealign.trainer.loss.LandmarkLoss;
import dev.facealign.trainer.loss.SmoothFacePhi;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Prediction;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.Torch;
import dev.facealign.trainer.network.Weights;
import dev.facealign.trainer.run.Checkpoint.Group;
import dev.facealign.trainer.run.Checkpoint.Progress;
import dev.facealign.trainer.run.RunOutcome.Diverged;
import dev.facealign.trainer.run.RunOutcome.Stopped;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of a run that have one input size, and all the run's state. Where the size changes,
 * the next loop goes on from this one's checkpoint, as a run does that was interrupted there. Used
 * by one thread.
 */
final class TrainingLoop {

  /** An epoch whose mean loss is so many times the lowest so far has lost what was learnt. */
  private static final double EXPLOSION = 1000;

  private final TrainingPlan plan;
  private final Map<String, String> settingsTexts;
  private final TrainingSettings settings;
  private final Network network;
  private final LandmarkLoss loss;
  private final RandomStreams random;
  private final NDManager manager;
  private final Weights weights;
  private final Weights average;
  private final Adam adam;
  private final WeightAverage averaging;
  private final BatchLoader loader;
  private final LearningRate rates;
  private final Validation validation;
  private final int sizePx;

  /** Epochs of the run that are done when this loop is. */
  private final int lastEpoch;

  private Progress progress;
  private @Nullable Map<String, Tensor> best;
  private long lastCheckpoint = System.nanoTime();

  /**
   * Takes a run up where it stands.
   *
   * @param plan what and how
   * @param network computes
   * @param loader the faces to train on
   * @param held the faces held out
   * @param sampleFaces how many of them are shown to whoever observes
   * @param from where the run stands
   * @param manager accounts for all of the run's device memory; whoever made it closes it
   */
  TrainingLoop(
      TrainingPlan plan,
      Network network,
      BatchLoader loader,
      CropCache held,
      int sampleFaces,
      Checkpoint from,
      NDManager manager) {
    this.plan = plan;
    this.settingsTexts = from.settings();
    this.settings = plan.settings();
    this.network = network;
    this.loader = loader;
    this.manager = manager;
    this.loss = LandmarkLoss.of(settings.loss());
    this.random = new RandomStreams(settings.seed());
    this.sizePx = held.sizePx();
    int firstEpoch = from.epoch();
    while (firstEpoch > 0 && settings.inputSizeAt(firstEpoch - 1) == sizePx) {
      firstEpoch--;
    }
    int end = from.epoch();
    while (end < settings.epochs() && settings.inputSizeAt(end) == sizePx) {
      end++;
    }
    this.lastEpoch = end;
    // What was best at another input size is not comparable, and cannot become the model.
    boolean comparable = from.progress().bestEpoch() > firstEpoch;
    this.progress = comparable ? from.progress() : from.progress().withoutBest();
    this.best = comparable ? from.best() : null;
    List<TensorSpec> tensors = network.tensors();
    this.weights = new Weights(manager, tensors, from.group(Group.WEIGHTS));
    this.average = new Weights(manager, tensors, from.group(Group.AVERAGE));
    this.averaging =
        new WeightAverage(manager, settings.optimiser().emaDecay(), tensors, weights, average);
    this.adam =
        new Adam(
            manager,
            settings.optimiser(),
            tensors,
            weights,
            from.group(Group.ADAM_FIRST),
            from.group(Group.ADAM_SECOND));
    this.rates =
        new LearningRate(
            settings.optimiser(), (long) settings.epochs() * loader.batchesOfAnEpoch());
    this.validation =
        new Validation(
            held, SampleFaces.of(held, sampleFaces), plan.dataset().scheme(), network, manager);
  }

  /** Where the run stands. */
  Progress progress() {
    return progress;
  }

  /** Weights of the best epoch, after a run to the end. */
  Map<String, Tensor> best() {
    if (best == null) {
      throw new IllegalStateException("no epoch is done");
    }
    return best;
  }

  /**
   * How the best epoch's expected errors become calibrated ones, after a run to the end; empty for
   * a network without a certainty head.
   */
  Optional<CertaintyCalibration> calibration() {
    if (!network.hasCertainty()) {
      return Optional.empty();
    }
    try (Weights chosen = new Weights(manager, network.tensors(), best())) {
      return Optional.of(CertaintyCalibration.fit(validation.heldOutErrors(chosen)));
    }
  }

  /**
   * Runs what is left of the epochs of this input size.
   *
   * @return empty where all are done
   */
  Optional<RunOutcome> run(RunObserver observer, StopSignal stop) {
    double seconds = 0;
    int epochsHere = 0;
    while (progress.epoch() < lastEpoch) {
      long started = System.nanoTime();
      int epoch = progress.epoch() + 1;
      int firstStep = progress.step();
      Optional<RunOutcome> ended = steps(epoch, observer, stop);
      if (ended.isPresent()) {
        return atEnd(ended.get(), observer);
      }
      double trainingSeconds = (System.nanoTime() - started) / 1e9;
      Optional<Validation.Measured> measured = validation.measure(average, stop);
      if (measured.isEmpty()) {
        return atEnd(new Stopped(progress.epoch()), observer);
      }
      double nme = measured.get().nme();
      double meanLoss = progress.lossSum() / loader.batchesOfAnEpoch();
      if (meanLoss > EXPLOSION * progress.lowestLoss()) {
        return Optional.of(
            new Diverged(
                "mean loss: "
                    + meanLoss
                    + " (expected: at most "
                    + EXPLOSION
                    + " times the lowest so far, "
                    + progress.lowestLoss()
                    + ")",
                epoch));
      }
      endEpoch(epoch, meanLoss, nme);
      double epochSeconds = (System.nanoTime() - started) / 1e9;
      seconds += epochSeconds;
      epochsHere++;
      int steps = loader.batchesOfAnEpoch() - firstStep;
      observer.epochCompleted(
          new EpochFigures(
              epoch,
              settings.epochs(),
              meanLoss,
              nme,
              (double) steps * loader.batchFaces() / trainingSeconds,
              seconds / epochsHere * epochsLeft(epoch),
              rates.at((long) epoch * loader.batchesOfAnEpoch() - 1L),
              phi(epoch).map(SmoothFacePhi::components).orElse(0),
              progress.bestNme(),
              epochSeconds,
              trainingSeconds,
              sizePx),
          measured.get().samples());
      if (epoch % settings.checkpointEveryEpochs() == 0 || epoch == settings.epochs()) {
        give(observer);
      }
    }
    return best == null && lastEpoch == settings.epochs()
        ? Optional.of(
            new Diverged(
                "validation NME: NaN in every epoch of " + sizePx + " pixels (expected: a number)",
                settings.epochs()))
        : Optional.empty();
  }

  /** In epochs of this loop's size; time goes with the number of pixels. */
  private double epochsLeft(int done) {
    double left = 0;
    for (int epoch = done; epoch < settings.epochs(); epoch++) {
      double wider = (double) settings.inputSizeAt(epoch) / sizePx;
      left += wider * wider;
    }
    return left;
  }

  private Optional<RunOutcome> atEnd(RunOutcome outcome, RunObserver observer) {
    if (outcome instanceof Stopped) {
      give(observer);
    }
    return Optional.of(outcome);
  }

  private void give(RunObserver observer) {
    observer.checkpoint(checkpoint());
    lastCheckpoint = System.nanoTime();
  }

  private boolean checkpointIsDue() {
    return System.nanoTime() - lastCheckpoint > 1e9 * settings.checkpointEverySeconds();
  }

  private void endEpoch(int epoch, double meanLoss, double nme) {
    boolean better = nme < progress.bestNme();
    if (better) {
      best = average.toHost();
    }
    progress =
        new Progress(
            epoch,
            0,
            0,
            Math.min(meanLoss, progress.lowestLoss()),
            better ? epoch : progress.bestEpoch(),
            better ? nme : progress.bestNme());
  }

  /** The steps of an epoch that are left; empty where they are done. */
  private Optional<RunOutcome> steps(int epoch, RunObserver observer, StopSignal stop) {
    int step = progress.step();
    double lossSum = progress.lossSum();
    double lowestLoss = progress.lowestLoss();
    try (BatchLoader.Epoch batches = loader.epoch(epoch, step, phi(epoch).orElse(null))) {
      while (step < loader.batchesOfAnEpoch()) {
        if (stop.stopRequested()) {
          progress = at(step, lossSum, lowestLoss);
          return Optional.of(new Stopped(progress.epoch()));
        }
        Batch batch = batches.next();
        if (batch == null) {
          throw new IllegalStateException("batches ended at step " + step);
        }
        Torch.engine().setRandomSeed(random.step(epoch, step));
        double value = backward(batch);
        if (!Double.isFinite(value)) {
          return diverged("loss", value, epoch, step);
        }
        long done = (long) (epoch - 1) * loader.batchesOfAnEpoch() + step;
        double norm = adam.step(done, rates.at(done));
        if (!Double.isFinite(norm)) {
          return diverged("gradient norm", norm, epoch, step);
        }
        averaging.add(done);
        lossSum += value;
        if (done == 0) {
          lowestLoss = value;
        }
        step++;
        if (checkpointIsDue() && step < loader.batchesOfAnEpoch()) {
          progress = at(step, lossSum, lowestLoss);
          give(observer);
        }
      }
    }
    progress = at(step, lossSum, lowestLoss);
    return Optional.empty();
  }

  private Progress at(int step, double lossSum, double lowestLoss) {
    return new Progress(
        progress.epoch(), step, lossSum, lowestLoss, progress.bestEpoch(), progress.bestNme());
  }

  private static Optional<RunOutcome> diverged(String what, double value, int epoch, int step) {
    return Optional.of(
        new Diverged(
            what + " in step " + (step + 1) + ": " + value + " (expected: a finite number)",
            epoch));
  }

  /**
   * Forward and backward pass; gives the landmarks' loss. A certainty head's loss reaches that
   * head's tensors alone. All arrays of the step end with their manager.
   */
  private double backward(Batch batch) {
    Shape pixels = new Shape(batch.faces(), 3, sizePx, sizePx);
    Shape numbers = new Shape(batch.faces(), network.outputs());
    try (NDManager step = manager.newSubManager();
        GradientCollector gradients = Torch.engine().newGradientCollector()) {
      NDArray input = step.create(batch.pixels(), pixels, DataType.FLOAT32);
      NDArray truth = step.create(batch.labels(), numbers, DataType.FLOAT32);
      NDArray phi = step.create(batch.phi(), numbers, DataType.FLOAT32);
      Prediction predicted = network.train(weights, input);
      NDArray mean = loss.mean(predicted.landmarks(), truth, phi);
      NDArray logErrors = predicted.logErrors();
      gradients.backward(
          logErrors == null
              ? mean
              : mean.add(CertaintyLoss.mean(logErrors, predicted.landmarks(), truth)));
      return mean.getFloat();
    }
  }

  private Optional<SmoothFacePhi> phi(int epoch) {
    if (settings.loss() instanceof AcrLossSpec acr && plan.shapeModel() != null) {
      int components =
          plan.shapeModel().components(acr.stageAt(epoch - 1, settings.epochs()).components());
      return Optional.of(new SmoothFacePhi(plan.shapeModel(), components, acr.phiUnit()));
    }
    return Optional.empty();
  }

  /** All that another loop needs to go on. */
  Checkpoint checkpoint() {
    Map<Group, Map<String, Tensor>> groups = new EnumMap<>(Group.class);
    groups.put(Group.WEIGHTS, weights.toHost());
    groups.put(Group.AVERAGE, average.toHost());
    groups.put(Group.ADAM_FIRST, adam.firstMoments());
    groups.put(Group.ADAM_SECOND, adam.secondMoments());
    return Checkpoint.of(progress, settingsTexts, groups, best);
  }
}
