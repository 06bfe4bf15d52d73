package dev.facealign.cli.demo;

import dev.facealign.cli.client.DatasetArgument;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.evaluate.EvaluationRun;
import dev.facealign.cli.evaluate.ReportLines;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.PngFile;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.shape.ShapeFit;
import dev.facealign.cli.standalone.DataFolder;
import dev.facealign.cli.standalone.StandaloneSuite;
import dev.facealign.cli.standalone.SuiteService;
import dev.facealign.cli.training.JobFollower;
import dev.facealign.cli.training.JobOutcome;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.GetModelRequest;
import dev.facealign.v1.Model;
import dev.facealign.v1.ShapeModelSummary;
import dev.facealign.v1.SubmitJobRequest;
import dev.facealign.v1.SubsetMetrics;
import dev.facealign.v1.TrainingJob;
import dev.facealign.v1.TrainingJobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole loop on one machine: faces, a shape model, a training job through Kafka, a model, its
 * measurement and promotion, and landmarks of held-out faces. Every step is a call to the services,
 * as a user would make it.
 */
final class Demo {
  private static final int STEPS_WITHOUT_STOP = 6;

  private final DemoSettings settings;
  private final DemoFolder folder;
  private final DataFolder data;
  private final StandaloneSuite suite;
  private final Console console;
  private final DemoSteps steps;

  /** What a run showed. */
  record Result(Evaluation report, String modelVersion, List<DemoSteps.Taken> steps) {
    /** The figures over all held-out faces. */
    SubsetMetrics overall() {
      return report.getSubsets(0);
    }
  }

  /**
   * @param suite has the data folder and does not run yet
   * @param stops {@link #stop} comes last
   */
  Demo(
      DemoSettings settings,
      DemoFolder folder,
      StandaloneSuite suite,
      boolean stops,
      Console console) {
    this.settings = settings;
    this.folder = folder;
    this.data = folder.data();
    this.suite = suite;
    this.console = console;
    this.steps = new DemoSteps(console, STEPS_WITHOUT_STOP + (stops ? 1 : 0));
  }

  /**
   * Runs all steps but the stopping.
   *
   * @param photos the user's dataset; null for rendered faces
   * @throws CommandFailure naming the step that failed
   */
  Result run(@Nullable Path photos) throws InterruptedException {
    FaceDataset heldOut = steps.run(facesTitle(), null, () -> faces(photos), this::facesOutcome);
    folder.forgetRunBefore();
    steps.run(
        "start Kafka and the services", null, this::start, started -> "logs in " + data.logs());
    try (SuiteConnection connection = SuiteConnection.toStandalone(data, suite.ports())) {
      ShapeModelSummary shape =
          steps.run(
              "fit the shape model",
              log(SuiteService.PCA),
              () -> fit(connection),
              model ->
                  model.getDataset().getFaces()
                      + " faces, "
                      + model.getComponents()
                      + " components, version "
                      + Figures.version(model.getVersion()));
      JobOutcome.Succeeded trained =
          steps.run(
              "train with the ACR loss, the job through Kafka",
              log(SuiteService.TRAINER),
              () -> train(shape, connection),
              model ->
                  "model "
                      + Figures.version(model.modelVersion())
                      + ", NME on faces held out of training "
                      + Figures.percent(model.validationNme(), 2));
      Evaluation report =
          steps.run(
              "measure the model on test faces and promote it",
              log(SuiteService.EVALUATION),
              () -> evaluate(trained.modelVersion(), connection),
              measured -> "NME " + Figures.percent(measured.getSubsets(0).getNme(), 2));
      steps.run(
          "detect landmarks of " + DemoSettings.SHEET_FACES + " test faces, draw the sheet",
          log(SuiteService.INFERENCE),
          () -> draw(heldOut, report, connection),
          drawn -> "NME of these " + Figures.percent(drawn, 2));
      return new Result(report, trained.modelVersion(), steps.taken());
    }
  }

  /** The last step. */
  void stop() throws InterruptedException {
    steps.run(
        "stop",
        null,
        () -> {
          suite.close();
          return "";
        },
        nothing -> nothing);
  }

  private Path log(SuiteService service) {
    return data.log(service.module());
  }

  private String facesTitle() {
    DemoSettings.Rendering rendering = settings.rendering();
    return rendering == null
        ? "look at the dataset"
        : "render "
            + rendering.trainFaces()
            + " faces to train on and "
            + rendering.testFaces()
            + " to test on (drawings, not photographs)";
  }

  private FaceDataset faces(@Nullable Path photos) {
    DemoSettings.Rendering rendering = settings.rendering();
    if (rendering != null) {
      RenderedFaces.write(data, rendering);
    } else if (photos != null) {
      DatasetArgument.link(data, settings.dataset(), photos);
    }
    return new DatasetCatalog(data.datasets())
        .open(
            settings.dataset(), settings.testSplit(), settings.training().getDataset().getScheme());
  }

  private String facesOutcome(FaceDataset heldOut) {
    return heldOut.faces().size() + " test faces in " + data.datasets().resolve(settings.dataset());
  }

  private boolean start() throws InterruptedException {
    suite.start();
    return true;
  }

  private DatasetRef dataset(String split) {
    return settings.training().getDataset().toBuilder()
        .setName(settings.dataset())
        .setSplit(split)
        .build();
  }

  private ShapeModelSummary fit(SuiteConnection connection) throws InterruptedException {
    FitShapeModelRequest request =
        FitShapeModelRequest.newBuilder().setDataset(dataset(settings.trainSplit())).build();
    return new ShapeFit(connection, console).run(request);
  }

  private JobOutcome.Succeeded train(ShapeModelSummary shape, SuiteConnection connection)
      throws InterruptedException {
    TrainingJob job =
        settings.training().toBuilder()
            .setJobId("demo-" + Instant.now().getEpochSecond())
            .setDataset(dataset(settings.trainSplit()))
            .setShapeModel(shape.getVersion())
            .build();
    SubmitJobRequest request = SubmitJobRequest.newBuilder().setJob(job).build();
    TrainingJobStatus submitted =
        connection.ask(SuiteService.TRAINER, () -> connection.trainingJobs().submitJob(request));
    String id = submitted.getJob().getJobId();
    return JobOutcome.requireModel(id, new JobFollower(connection, console).follow(id));
  }

  private Evaluation evaluate(String version, SuiteConnection connection)
      throws InterruptedException {
    EvaluateRequest request =
        EvaluateRequest.newBuilder()
            .setDataset(dataset(settings.testSplit()))
            .setModel(version)
            .setPromoteIfBetter(true)
            .build();
    Evaluation report = new EvaluationRun(connection, console).run(request);
    if (report.getSubsetsCount() == 0) {
      throw new CommandFailure(
          "report " + report.getEvaluationId() + ": no figures (expected: those of all faces)");
    }
    ReportLines.of(report).forEach(line -> console.say("      " + line));
    writeReport(report);
    if (folder.own()) {
      requireServed(version, connection);
    }
    return report;
  }

  /** The model serves now: in a data folder of the demo's own there is no other. */
  private static void requireServed(String version, SuiteConnection connection) {
    GetModelRequest champion = GetModelRequest.newBuilder().setModel("champion").build();
    Model served =
        connection.ask(SuiteService.INFERENCE, () -> connection.models().getModel(champion));
    if (!served.getManifest().getVersion().equals(version)) {
      throw new CommandFailure(
          "champion: "
              + served.getManifest().getVersion()
              + " (expected: "
              + version
              + ", just promoted)");
    }
  }

  private void writeReport(Evaluation report) {
    Path stored = data.artifacts().resolve("evaluations").resolve(report.getEvaluationId());
    try {
      Files.writeString(folder.report(), ProtoJson.pretty(report) + "\n");
      Files.copy(stored.resolve("ced.svg"), folder.ced(), StandardCopyOption.REPLACE_EXISTING);
      if (report.hasCertainty()) {
        Files.copy(
            stored.resolve("calibration.svg"),
            folder.calibration(),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new CommandFailure("report in " + folder.out() + ": cannot be written: " + e, e);
    }
  }

  private double draw(FaceDataset heldOut, Evaluation report, SuiteConnection connection)
      throws InterruptedException {
    HeldOutFaces faces = new HeldOutFaces(heldOut);
    List<FaceSample> chosen = faces.choose(report, DemoSettings.SHEET_FACES);
    if (chosen.isEmpty()) {
      throw new CommandFailure("test faces: none with a picture and an error (expected: some)");
    }
    List<HeldOutFace> found = faces.detect(chosen, report.getModelVersion(), connection);
    PictureSheet sheet = new PictureSheet(heldOut.scheme());
    for (int i = 0; i < found.size(); i++) {
      sheet.add(faces.picture(chosen.get(i)), found.get(i));
    }
    SubsetMetrics overall = report.getSubsets(0);
    String what =
        settings.rendering() == null
            ? settings.dataset()
            : "rendered faces (drawings, not photographs)";
    String subtitle =
        "all "
            + overall.getFaces()
            + " faces: NME "
            + Figures.percent(overall.getNme(), 2)
            + " ("
            + Figures.word(report.getNormaliser(), "NORMALISER_")
            + "), FR@10% "
            + Figures.percent(overall.getFrAt010(), 1)
            + ", AUC@10% "
            + Figures.decimal(overall.getAucAt010(), 3)
            + "; shown: from the best to the worst, ground-truth boxes";
    try {
      PngFile.write(sheet.draw("Test faces: " + what, subtitle), folder.sheet());
    } catch (IOException e) {
      throw new CommandFailure(folder.sheet() + ": cannot be written: " + e, e);
    }
    return found.stream().mapToDouble(HeldOutFace::nme).average().orElse(Double.NaN);
  }
}
