package dev.facealign.benchmarks.training;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.facealign.benchmarks.shape.FittedShapes;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.run.Checkpoint;
import dev.facealign.trainer.run.EpochFigures;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.trainer.run.RunObserver;
import dev.facealign.trainer.run.RunOutcome;
import dev.facealign.trainer.run.StartedRun;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.trainer.run.TrainingRun;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.TrainingJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains as trainer-service does, a job with the defaults, and prints its figures as a line of
 * JSON: images a second of each epoch without the first, which warms up; memory after each epoch.
 * Without the certainty head, which the networks compared with don't have.
 *
 * <p>Arguments: network (as in {@code NETWORK_...}), side of the input, batch size, epochs, folder
 * of datasets, dataset.
 */
public final class TrainingStepRun implements RunObserver {
  private final JsonArray imagesPerSecond = new JsonArray();
  private final JsonArray losses = new JsonArray();
  private final JsonObject residentMib = new JsonObject();
  private final int batchSize;
  private int stepsOfAnEpoch;

  private TrainingStepRun(int batchSize) {
    this.batchSize = batchSize;
  }

  /** See the class. */
  public static void main(String[] arguments) {
    TrainingSettings settings =
        TrainingJobContract.settings(
            TrainingJob.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName(arguments[5]))
                .setShapeModel("of-these-faces")
                .setNetwork(dev.facealign.v1.Network.valueOf("NETWORK_" + arguments[0]))
                .setInputSizePx(Integer.parseInt(arguments[1]))
                .setBatchSize(Integer.parseInt(arguments[2]))
                .setEpochs(Integer.parseInt(arguments[3]))
                .setValidationShare(0.01)
                .setCheckpointEveryEpochs(1000)
                .setCertainty(false)
                .setInt8(false)
                .build(),
            "benchmark");
    FaceDataset faces = new DatasetCatalog(Path.of(arguments[4])).open(arguments[5], "train", "68");
    JsonObject figures = new TrainingStepRun(settings.batchSize()).measure(settings, faces);
    System.out.println(figures);
  }

  private JsonObject measure(TrainingSettings settings, FaceDataset faces) {
    FaceCropping cropping = FaceCropping.of(CropPolicy.SQUARE_V1);
    TrainingPlan plan =
        new TrainingPlan(settings, cropping, faces, FittedShapes.of(faces, cropping), null);
    RunOutcome outcome = new TrainingRun().run(plan, null, this, () -> false);
    if (!(outcome instanceof RunOutcome.Completed)) {
      throw new IllegalStateException("run: " + outcome + " (expected: completed)");
    }
    Network network =
        new Network(
            Architecture.of(settings.network()), 2 * faces.scheme().count(), Regularisation.NONE);
    JsonObject json = new JsonObject();
    json.addProperty("parameters", network.learntNumbers());
    json.add("images_per_second", imagesPerSecond);
    json.add("losses", losses);
    json.addProperty("peak_mib", memoryMib("VmHWM:"));
    json.add("rss_mib", residentMib);
    return json;
  }

  @Override
  public void started(StartedRun run) {
    stepsOfAnEpoch = run.trainingFaces() / batchSize;
  }

  @Override
  public void epochCompleted(EpochFigures figures, EpochSamples samples) {
    if (figures.epoch() > 1) {
      imagesPerSecond.add(figures.imagesPerSecond());
    }
    losses.add(figures.loss());
    residentMib.addProperty(
        Integer.toString(figures.epoch() * stepsOfAnEpoch), memoryMib("VmRSS:"));
  }

  @Override
  public void checkpoint(Checkpoint checkpoint) {
    // Nothing is to be kept.
  }

  /** As the kernel counts it. */
  private static double memoryMib(String figure) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(figure))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
