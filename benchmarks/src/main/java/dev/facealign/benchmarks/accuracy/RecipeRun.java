package dev.facealign.benchmarks.accuracy;

import com.google.protobuf.util.JsonFormat;
import dev.facealign.benchmarks.shape.FittedShapes;
import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.platform.artifact.LocalArtifactStore;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.Checkpoint;
import dev.facealign.trainer.run.RunOutcome;
import dev.facealign.trainer.run.RunOutcome.Completed;
import dev.facealign.trainer.run.StartModel;
import dev.facealign.trainer.run.TrainedModel;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.trainer.run.TrainingRun;
import dev.facealign.trainer.worker.ModelArtifacts;
import dev.facealign.trainer.worker.StartModels;
import dev.facealign.v1.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Trains by a recipe, a job in JSON as Kafka takes it, and writes its curve and figures down.
 * Stopped by a signal, it goes on from its checkpoint when it is started again.
 */
@Command(
    name = "RecipeRun",
    mixinStandardHelpOptions = true,
    description = {
      "Trains by a job in JSON and writes its curve and its figures. Stopped, it goes on from its"
          + " checkpoint when it is started again.",
      "The job's shape model is not looked up: one is fitted from the faces that are trained on"
          + " and held out."
    })
public final class RecipeRun implements Callable<Integer> {

  /** Stands where a job names its shape model. */
  private static final String FITTED = "fitted";

  @Parameters(
      paramLabel = "JOB",
      description = "the recipe: a TrainingJob in JSON; its shapeModel is not used")
  private Path job = Path.of("");

  @Option(
      names = "--root",
      required = true,
      description = "folder of datasets; the job names one of them")
  private Path root = Path.of("");

  @Option(names = "--work", required = true, description = "folder of checkpoint and model")
  private Path work = Path.of("");

  @Option(names = "--out", required = true, description = "the run's curve and figures, JSON")
  private Path out = Path.of("");

  @Option(
      names = "--publish",
      paramLabel = "DIR",
      description =
          "artifact store to write the model to, with its manifest, such as a suite's or deploy")
  private @Nullable Path publish;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "artifact store that has the job's startModel")
  private @Nullable Path models;

  @Option(
      names = "--as-it-stands",
      description = "do not train on: the best epoch of the checkpoint becomes the model")
  private boolean asItStands;

  @Option(names = "--seed", description = "instead of the job's")
  private @Nullable Long seed;

  @Option(
      names = "--test",
      description =
          "split to measure the model on at the end. Never choose a recipe by that: choose by the"
              + " faces held out")
  private @Nullable String test;

  private RecipeRun() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RecipeRun()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    TrainingJob.Builder recipe = TrainingJob.newBuilder();
    JsonFormat.parser().merge(Files.readString(job), recipe);
    recipe.setShapeModel(FITTED);
    if (seed != null) {
      recipe.setSeed(seed);
    }
    TrainingSettings settings = TrainingJobContract.settings(recipe.build(), "recipe");
    DatasetCatalog catalog = new DatasetCatalog(root);
    FaceDataset dataset = catalog.open(settings.dataset(), ReadProgress.NONE);
    TrainingPlan plan = plan(settings, dataset);
    RunFolder folder = RunFolder.open(work);
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(stop, ended)));
    try {
      Checkpoint checkpoint = folder.checkpoint();
      RunOutcome outcome =
          asItStands && checkpoint != null
              ? new Completed(new TrainingRun().asItStands(plan, checkpoint))
              : new TrainingRun().run(plan, checkpoint, folder, () -> stop.get());
      if (!(outcome instanceof Completed completed)) {
        System.err.println(outcome);
        return 1;
      }
      TrainedModel model = completed.model();
      Files.write(work.resolve("model.onnx"), model.onnx());
      if (model.int8().isPresent()) {
        Files.write(work.resolve("model.int8.onnx"), model.int8().get().onnx());
      }
      if (publish != null) {
        ModelArtifacts artifacts =
            new ModelArtifacts(new LocalArtifactStore(publish), Clock.systemUTC());
        System.out.println(artifacts.store(plan, model).getVersion());
      }
      RunRecord record = RunRecord.of(plan.settings(), folder.curve(), model);
      if (test != null) {
        String name = settings.dataset().name();
        FaceDataset faces = catalog.open(DatasetSelection.of(name, test), ReadProgress.NONE);
        record =
            record.with(
                TestMeasurement.of(
                    model.onnx(), faces, plan.cropping().policy(), model.inputSizePx()));
      }
      record.write(out);
      System.out.println(record.words());
      return 0;
    } finally {
      ended.countDown();
    }
  }

  /** The JVM must not end before the checkpoint is written. */
  private static void stopAndWait(AtomicBoolean stop, CountDownLatch ended) {
    stop.set(true);
    try {
      if (!ended.await(1, TimeUnit.MINUTES)) {
        System.err.println("no checkpoint within a minute of the signal");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** With a shape model of the very faces, held out ones included. */
  private TrainingPlan plan(TrainingSettings settings, FaceDataset dataset) {
    CropPolicy policy = settings.cropPolicy();
    BoxSource boxes = settings.boxes();
    FaceCropping square = FaceCropping.of(CropPolicy.SQUARE_V1);
    FaceCropping cropping =
        new FaceCropping(
            policy == null ? square.policy() : policy, boxes == null ? square.boxes() : boxes);
    String asked = settings.startModel();
    StartModel start =
        asked == null
            ? null
            : new StartModels(
                    new LocalArtifactStore(
                        Objects.requireNonNull(models, "--models: nothing (expected: a folder)")))
                .read(asked);
    return new TrainingPlan(
        settings.resolved(dataset, FITTED, cropping, start == null ? null : start.version()),
        cropping,
        dataset,
        FittedShapes.of(dataset, cropping),
        start);
  }
}
