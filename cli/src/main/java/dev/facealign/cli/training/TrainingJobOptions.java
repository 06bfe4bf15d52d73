package dev.facealign.cli.training;

import dev.facealign.cli.client.CropBoxes;
import dev.facealign.cli.client.JitterOptions;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.JsonFile;
import dev.facealign.v1.Priority;
import dev.facealign.v1.TrainingJob;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options that say what to train. What is not said is left to the service's defaults; ranges are
 * the service's matter as well.
 */
public final class TrainingJobOptions {
  @Option(
      names = "--job",
      paramLabel = "FILE.json",
      description = "A whole TrainingJob as proto3 JSON; the other options change what it says.")
  private @Nullable Path file;

  @Option(
      names = "--dataset",
      paramLabel = "NAME|DIR|NAME=DIR",
      description = "The dataset: its name, or a folder on this machine.")
  private @Nullable String dataset;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "Faces to train on: train, or a folder of the dataset (default: train).")
  private @Nullable String split;

  @Option(
      names = "--scheme",
      paramLabel = "ID",
      description = "Landmark scheme: 68, 29 or the dataset's own (default: told by the dataset).")
  private @Nullable String scheme;

  @Option(
      names = "--boxes",
      description =
          "What faces are cropped around: ${COMPLETION-CANDIDATES} (default: as the shape model's"
              + " faces were).")
  private @Nullable CropBoxes boxes;

  @Mixin private JitterOptions jitter = new JitterOptions();

  @Option(
      names = "--shape-model",
      paramLabel = "VERSION",
      description = "Shape model of the ACR loss (default: the newest of this dataset and split).")
  private @Nullable String shapeModel;

  @Option(
      names = "--network",
      completionCandidates = NetworkName.Names.class,
      paramLabel = "NETWORK",
      description = "mobilenet-v2, efficientnet-b0 or efficientnet-b3 (default: mobilenet-v2).")
  private @Nullable String network;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Begin with this model's weights: champion, a version or a name. Much fewer epochs will do; with other points the"
              + " last layer is learnt anew (default: weights are drawn at random).")
  private @Nullable String from;

  @Option(names = "--loss", description = "${COMPLETION-CANDIDATES} (default: acr).")
  private @Nullable LossName loss;

  @Option(
      names = "--lambda",
      paramLabel = "NUMBER",
      description = "ACR: weight of the logarithmic branch (default: 1).")
  private @Nullable Double lambda;

  @Option(
      names = "--coordinate-scale",
      paramLabel = "NUMBER",
      description =
          "What label units are multiplied by (default: 30 for acr, l2 and l1; 1 is the published code's;"
              + " 224 for smooth_l1 and wing).")
  private @Nullable Double coordinateScale;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training faces (default: 150).")
  private @Nullable Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Faces a step (default: 16).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--size",
      paramLabel = "PX",
      description = "Side of the network's input, a multiple of 16 (default: 224).")
  private @Nullable Integer size;

  @Option(
      names = "--learning-rate",
      paramLabel = "NUMBER",
      description = "Peak learning rate (default: 0.001).")
  private @Nullable Double learningRate;

  @Option(names = "--seed", paramLabel = "N", description = "Random seed of the run (default: 1).")
  private @Nullable Long seed;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the model that comes out (default: network and scheme).")
  private @Nullable String modelName;

  @Option(
      names = "--job-id",
      paramLabel = "ID",
      description = "The job's name for good (default: a new one).")
  private @Nullable String jobId;

  @Option(
      names = "--urgent",
      description =
          "Before all jobs that wait and are not urgent; running ones are not interrupted.")
  private boolean urgent;

  @Option(
      names = "--no-int8",
      description = "Make no 8-bit network of the trained one (default: one is made).")
  private boolean noInt8;

  /** What {@code --lambda} says. */
  public Optional<Double> lambda() {
    return Optional.ofNullable(lambda);
  }

  /** What {@code --coordinate-scale} says. */
  public Optional<Double> coordinateScale() {
    return Optional.ofNullable(coordinateScale);
  }

  /**
   * The job the options ask for. The dataset's and the start's names are as the user gave them; the
   * dataset's may be a folder still, and the shape model may be missing.
   */
  public TrainingJob job(Invocation invocation) {
    TrainingJob.Builder job =
        file == null ? TrainingJob.newBuilder() : read(invocation.resolve(file));
    if (dataset != null) {
      job.getDatasetBuilder().setName(dataset);
    }
    if (split != null) {
      job.getDatasetBuilder().setSplit(split);
    }
    if (scheme != null) {
      job.getDatasetBuilder().setScheme(scheme);
    }
    if (boxes != null) {
      job.setBoxSource(boxes.source());
    }
    jitter.jitter(boxes == CropBoxes.jittered).ifPresent(job::setBoxJitter);
    if (shapeModel != null) {
      job.setShapeModel(shapeModel);
    }
    if (network != null) {
      job.setNetwork(NetworkName.parse("--network", network));
    }
    if (from != null) {
      job.setStartModel(from);
    }
    if (loss != null) {
      job.getLossBuilder().setKind(loss.kind());
    }
    if (lambda != null) {
      job.getLossBuilder().setLambda(lambda);
    }
    if (coordinateScale != null) {
      job.getLossBuilder().setCoordinateScale(coordinateScale);
    }
    if (epochs != null) {
      job.setEpochs(epochs);
    }
    if (batchSize != null) {
      job.setBatchSize(batchSize);
    }
    if (size != null) {
      job.setInputSizePx(size);
    }
    if (learningRate != null) {
      job.getOptimiserBuilder().setLearningRate(learningRate);
    }
    if (seed != null) {
      job.setSeed(seed);
    }
    if (modelName != null) {
      job.setModelName(modelName);
    }
    if (jobId != null) {
      job.setJobId(jobId);
    }
    if (urgent) {
      job.setPriority(Priority.PRIORITY_URGENT);
    }
    if (noInt8) {
      job.setInt8(false);
    }
    if (job.getDataset().getName().isEmpty()) {
      throw new CommandFailure(
          "--dataset: nothing (expected: the dataset's name or folder, or --job with one)");
    }
    return job.build();
  }

  private static TrainingJob.Builder read(Path file) {
    TrainingJob.Builder job = TrainingJob.newBuilder();
    JsonFile.merge("--job", file, job, "a TrainingJob");
    return job;
  }
}
