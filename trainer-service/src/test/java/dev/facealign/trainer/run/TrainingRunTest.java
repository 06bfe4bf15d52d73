package dev.facealign.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.augment.AugmentationSpec;
import dev.facealign.augment.CropCache;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.shape.ComponentPolicy.VarianceShare;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.trainer.augment.RenderedFaces;
import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;
import dev.facealign.trainer.job.AcrLossSpec.PhiUnit;
import dev.facealign.trainer.job.InputSizeStage;
import dev.facealign.trainer.job.JobPriority;
import dev.facealign.trainer.job.L2LossSpec;
import dev.facealign.trainer.job.LossSpec;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.Cosine;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.job.SmoothFaceStage;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.EpochSamples.Prediction;
import dev.facealign.trainer.run.RunOutcome.Completed;
import dev.facealign.trainer.run.RunOutcome.Diverged;
import dev.facealign.trainer.run.RunOutcome.Stopped;
import dev.facealign.v1.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs on a few small drawn faces. */
class TrainingRunTest {

  private static final LossSpec ACR =
      new AcrLossSpec(
          1,
          30,
          AcrConstant.CONTINUOUS,
          PhiUnit.COORDINATE,
          List.of(
              new SmoothFaceStage(0, new VarianceShare(0.8)),
              new SmoothFaceStage(0.5, new VarianceShare(0.95))));

  private static final String START = "cafe".repeat(16);

  @TempDir Path root;
  private FaceDataset faces;

  private static final class Notes implements RunObserver {
    final List<StartedRun> starts = new ArrayList<>();
    final List<EpochFigures> epochs = new ArrayList<>();
    final List<Checkpoint> checkpoints = new ArrayList<>();
    final List<EpochSamples> samples = new ArrayList<>();
    int sampleFaces;

    @Override
    public void started(StartedRun run) {
      starts.add(run);
    }

    @Override
    public int sampleFaces() {
      return sampleFaces;
    }

    @Override
    public void epochCompleted(EpochFigures figures, EpochSamples seen) {
      epochs.add(figures);
      samples.add(seen);
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      checkpoints.add(Checkpoint.decode(checkpoint.encode()));
    }

    /** What must not depend on when and where a run was interrupted. */
    List<List<Double>> course() {
      return epochs.stream()
          .map(
              f ->
                  List.of(
                      (double) f.epoch(),
                      f.loss(),
                      f.validationNme(),
                      f.bestValidationNme(),
                      f.learningRate()))
          .toList();
    }
  }

  @BeforeEach
  void drawFaces() {
    faces = RenderedFaces.in(root, 20);
  }

  @Test
  void learnsAndGivesAModel() {
    // Given
    Notes notes = new Notes();
    // When
    RunOutcome outcome = run(withInt8(settings(ACR, 8, 0.001)), null, notes, () -> false);
    // Then
    assertThat(outcome).isInstanceOf(Completed.class);
    TrainedModel model = ((Completed) outcome).model();
    assertThat(notes.starts)
        .containsExactly(new StartedRun(16, 4, 0, 0, notes.starts.get(0).device()));
    assertThat(notes.epochs)
        .extracting(EpochFigures::epoch)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(notes.epochs.get(7).loss()).isLessThan(notes.epochs.get(0).loss() / 3);
    assertThat(notes.epochs.get(0).smoothFaceComponents()).isPositive();
    assertThat(notes.epochs.get(7).smoothFaceComponents())
        .isGreaterThan(notes.epochs.get(0).smoothFaceComponents());
    assertThat(notes.epochs.get(7).remainingSeconds()).isZero();
    double best =
        notes.epochs.stream().mapToDouble(EpochFigures::validationNme).min().orElseThrow();
    assertThat(model.validationNme()).isEqualTo(best);
    assertThat(notes.epochs.get(model.epoch() - 1).validationNme()).isEqualTo(best);
    assertThat(model.exportMaxDifference()).isLessThanOrEqualTo(1e-4);
    assertThat(model.training().faces()).isEqualTo(16);
    assertThat(model.validation().faces()).isEqualTo(4);
    assertThat(model.training().fingerprint()).isNotEqualTo(model.validation().fingerprint());
    assertThat(model.int8())
        .hasValueSatisfying(
            int8 -> {
              assertThat(int8.calibrationFaces()).isEqualTo(16);
              assertThat(int8.floatValidationNme()).isCloseTo(best, within(1e-3 * best));
              assertThat(int8.validationNme()).isCloseTo(best, within(0.1 * best));
            });
  }

  @Test
  void stopsWhileItMakesTheEightBitNetworkAndMakesItLater() {
    // Given a run that is told to stop when its last epoch is kept
    TrainingSettings settings = withInt8(settings(new L2LossSpec(30), 1, 0.001));
    Notes first = new Notes();
    RunOutcome stopped = run(settings, null, first, () -> first.checkpoints.size() == 1);
    assertThat(stopped).isEqualTo(new Stopped(1));

    // When
    RunOutcome resumed = run(settings, first.checkpoints.get(0), new Notes(), () -> false);

    // Then
    assertThat(((Completed) resumed).model().int8()).isPresent();
  }

  private static TrainingSettings withInt8(TrainingSettings settings) {
    return changed(settings, job -> job.setInt8(true));
  }

  private static TrainingSettings changed(
      TrainingSettings settings, UnaryOperator<TrainingJob.Builder> change) {
    return TrainingJobContract.settings(
        change.apply(TrainingJobContract.job(settings).toBuilder()).build(), "job");
  }

  @ParameterizedTest
  @EnumSource(names = {"MOBILENET_V2", "EFFICIENTNET_B0"})
  void goesOnFromACheckpointAsIfItHadNeverStopped(NetworkKind network) {
    // Given an undisturbed run, with dropout, and EfficientNet with drop-connect
    TrainingSettings settings = settings(network, ACR, 3, 0.001);
    Notes whole = new Notes();
    RunOutcome outcome = run(settings, null, whole, () -> false);
    byte[] model = ((Completed) outcome).model().onnx();

    // When one goes on from its first epoch
    Notes second = new Notes();
    RunOutcome resumed = run(settings, whole.checkpoints.get(0), second, () -> false);
    // Then
    assertThat(second.starts.get(0).resumedEpoch()).isEqualTo(1);
    assertThat(second.course()).isEqualTo(whole.course().subList(1, 3));
    assertThat(((Completed) resumed).model().onnx()).isEqualTo(model);

    // When one is stopped within an epoch and goes on
    Notes stopped = new Notes();
    RunOutcome interrupted =
        run(settings, null, stopped, () -> !stopped.starts.isEmpty() && polls++ >= 3);
    assertThat(interrupted).isInstanceOf(Stopped.class);
    Checkpoint last = stopped.checkpoints.get(stopped.checkpoints.size() - 1);
    assertThat(last.step()).isPositive();
    Notes rest = new Notes();
    run(settings, last, rest, () -> false);
    // Then
    assertThat(stopped.epochs.size() + rest.epochs.size()).isEqualTo(3);
    List<List<Double>> both = new ArrayList<>(stopped.course());
    both.addAll(rest.course());
    assertThat(both).isEqualTo(whole.course());
  }

  @Test
  void showsTheSameFacesAfterEveryEpochAndDisturbsNothing() {
    // Given a run that nobody looks at
    TrainingSettings settings = settings(ACR, 2, 0.001);
    Notes unseen = new Notes();
    RunOutcome outcome = run(settings, null, unseen, () -> false);
    assertThat(unseen.samples).allSatisfy(epoch -> assertThat(epoch.predictions()).isEmpty());

    // When somebody looks at more faces than the four that are held out
    Notes seen = new Notes();
    seen.sampleFaces = 9;
    RunOutcome same = run(settings, null, seen, () -> false);

    // Then nothing else is another
    assertThat(seen.course()).isEqualTo(unseen.course());
    assertThat(((Completed) same).model().onnx()).isEqualTo(((Completed) outcome).model().onnx());

    // And these are the faces and predictions that were measured
    SampleFaces held = seen.samples.get(0).faces();
    assertThat(held.size()).isEqualTo(4);
    assertThat(held.jpeg(0)).startsWith(0xff, 0xd8);
    for (int epoch = 0; epoch < 2; epoch++) {
      EpochSamples samples = seen.samples.get(epoch);
      assertThat(samples.faces()).isSameAs(held);
      assertThat(samples.predictions())
          .allSatisfy(prediction -> assertThat(prediction.labels()).hasSize(2 * 68));
      assertThat(samples.predictions().stream().mapToDouble(Prediction::nme).average())
          .hasValueCloseTo(seen.epochs.get(epoch).validationNme(), within(1e-12));
    }

    // When somebody looks at fewer
    Notes few = new Notes();
    few.sampleFaces = 2;
    run(settings, seen.checkpoints.get(0), few, () -> false);

    // Then they are the first of the same, and predicted alike after an interruption
    assertThat(few.samples.get(0).faces().id(1)).isEqualTo(held.id(1));
    assertThat(few.samples.get(0).predictions())
        .isEqualTo(seen.samples.get(1).predictions().subList(0, 2));
  }

  private int polls;

  @Test
  void keepsCheckpointsByTimeWithinEpochsWithoutChangingItsCourse() {
    // Given a run with a checkpoint an epoch, and one whose next checkpoint is always due
    TrainingSettings settings = settings(ACR, 2, 0.001);
    Notes byEpoch = new Notes();
    RunOutcome whole = run(settings, null, byEpoch, () -> false);

    // When
    Notes byTime = new Notes();
    run(withCheckpointsEvery(settings, 1e-9), null, byTime, () -> false);

    // Then: four batches an epoch, the last of them ends it
    assertThat(byTime.checkpoints)
        .extracting(Checkpoint::epoch, Checkpoint::step)
        .containsExactly(
            tuple(0, 1),
            tuple(0, 2),
            tuple(0, 3),
            tuple(1, 0),
            tuple(1, 1),
            tuple(1, 2),
            tuple(1, 3),
            tuple(2, 0));
    assertThat(byTime.course()).isEqualTo(byEpoch.course());

    // When it goes on from within the second epoch, with other checkpoints still
    Notes rest = new Notes();
    RunOutcome resumed = run(settings, byTime.checkpoints.get(5), rest, () -> false);

    // Then
    assertThat(rest.course()).isEqualTo(byEpoch.course().subList(1, 2));
    assertThat(((Completed) resumed).model().onnx()).isEqualTo(((Completed) whole).model().onnx());
  }

  /** Shorter times than jobs may ask for, too. */
  private static TrainingSettings withCheckpointsEvery(TrainingSettings settings, double seconds) {
    return new TrainingSettings(
        settings.jobId(),
        settings.dataset(),
        settings.shapeModel(),
        settings.network(),
        settings.loss(),
        settings.inputSizePx(),
        settings.epochs(),
        settings.batchSize(),
        settings.optimiser(),
        settings.augmentation(),
        settings.validationShare(),
        settings.seed(),
        settings.cropPolicy(),
        settings.boxes(),
        settings.modelName(),
        settings.checkpointEveryEpochs(),
        settings.dropout(),
        settings.dropConnect(),
        settings.batchNormMomentum(),
        settings.inputSizeStages(),
        settings.certainty(),
        seconds,
        settings.priority(),
        settings.sweep(),
        settings.continueJob(),
        settings.startModel(),
        settings.int8());
  }

  /** Batch normalisations that keep their statistics, on top of a small rate. */
  private static TrainingSettings standingStill(TrainingSettings settings) {
    return changed(settings, job -> job.setBatchNormMomentum(0.99999));
  }

  @Test
  void growsItsInputAndGoesOnFromEitherSideOfTheBorder() {
    // Given a run of two epochs at 64 pixels and two at 80
    TrainingSettings settings =
        settings(
            NetworkKind.MOBILENET_V2,
            ACR,
            4,
            0.001,
            List.of(new InputSizeStage(0, 64), new InputSizeStage(0.5, 80)));
    Notes whole = new Notes();
    // When
    TrainedModel model = ((Completed) run(settings, null, whole, () -> false)).model();
    // Then only epochs of the full size can become the model
    assertThat(whole.starts).hasSize(1);
    assertThat(whole.epochs).extracting(EpochFigures::inputSizePx).containsExactly(64, 64, 80, 80);
    assertThat(model.epoch()).isGreaterThan(2);
    assertThat(whole.epochs.get(2).bestValidationNme())
        .isEqualTo(whole.epochs.get(2).validationNme());

    // When it goes on from the last epoch of the first size, and from the first of the second
    for (int done = 2; done <= 3; done++) {
      Notes rest = new Notes();
      RunOutcome resumed = run(settings, whole.checkpoints.get(done - 1), rest, () -> false);
      // Then
      assertThat(rest.course()).isEqualTo(whole.course().subList(done, 4));
      assertThat(((Completed) resumed).model().onnx()).isEqualTo(model.onnx());
    }
  }

  @Test
  void aCertaintyHeadDisturbsNoLandmark() {
    // Given the same run with and without a certainty head, with dropout and clipping
    Notes with = new Notes();
    Notes without = new Notes();
    // When
    TrainedModel certain =
        ((Completed) run(settings(ACR, 3, 0.001), null, with, () -> false)).model();
    TrainedModel plain =
        ((Completed) run(uncertain(settings(ACR, 3, 0.001)), null, without, () -> false)).model();
    // Then all is the same to the last bit but what the head adds
    assertThat(with.course()).isEqualTo(without.course());
    for (Checkpoint.Group group : Checkpoint.Group.values()) {
      assertThat(with.checkpoints.get(2).group(group))
          .containsAllEntriesOf(without.checkpoints.get(2).group(group));
    }
    assertThat(plain.certainty()).isEmpty();
    assertThat(certain.certainty())
        .hasValueSatisfying(
            figures -> {
              assertThat(figures.meanObserved()).isPositive();
              assertThat(figures.meanExpected())
                  .isBetween(figures.meanObserved() / 3, figures.meanObserved() * 3);
            });
    assertThat(certain.onnx().length).isGreaterThan(plain.onnx().length);
  }

  private static TrainingSettings uncertain(TrainingSettings settings) {
    return TrainingJobContract.settings(
        TrainingJobContract.job(settings).toBuilder().setCertainty(false).build(), "job");
  }

  @Test
  void aRunThatIsUnderWayGivesTheModelOfItsBestEpochSoFar() {
    // Given a run whose input grew, and its checkpoints before and after that
    Notes notes = new Notes();
    TrainingSettings settings =
        settings(
            NetworkKind.MOBILENET_V2,
            ACR,
            3,
            0.001,
            List.of(new InputSizeStage(0, 48), new InputSizeStage(0.5, 64)));
    TrainedModel ended = ((Completed) run(settings, null, notes, () -> false)).model();
    // When
    TrainedModel early = new TrainingRun().asItStands(plan(settings), notes.checkpoints.get(0));
    TrainedModel last = new TrainingRun().asItStands(plan(settings), notes.checkpoints.get(2));
    // Then
    assertThat(early.inputSizePx()).isEqualTo(48);
    assertThat(early.epoch()).isEqualTo(1);
    assertThat(early.validationNme()).isEqualTo(notes.epochs.get(0).validationNme());
    assertThat(last.inputSizePx()).isEqualTo(64);
    assertThat(last.onnx()).isEqualTo(ended.onnx());
    assertThat(last.validationNme()).isEqualTo(ended.validationNme());
  }

  @Test
  void refusesACheckpointOfOtherSettings() {
    // Given
    Notes notes = new Notes();
    run(settings(new L2LossSpec(1), 1, 0.001), null, notes, () -> false);
    assertThat(notes.epochs.get(0).smoothFaceComponents()).isZero();
    // Then
    assertThatThrownBy(
            () ->
                run(
                    settings(new L2LossSpec(1), 1, 0.002),
                    notes.checkpoints.get(0),
                    new Notes(),
                    () -> false))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("optimiser.learningRate");
  }

  @Test
  void endsAsDivergedWhereTheLossOverflows() {
    // Given errors measured in a unit so small that their squares are infinite
    LossSpec overflowing =
        new AcrLossSpec(
            1,
            1e30,
            AcrConstant.CONTINUOUS,
            PhiUnit.LANDMARK,
            List.of(new SmoothFaceStage(0, new VarianceShare(0.9))));
    Notes notes = new Notes();
    // When
    RunOutcome outcome = run(settings(overflowing, 2, 0.001), null, notes, () -> false);
    // Then
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Diverged.class,
            diverged -> {
              assertThat(diverged.epoch()).isEqualTo(1);
              assertThat(diverged.reason()).contains("Infinity");
            });
    assertThat(notes.checkpoints).isEmpty();
  }

  @Test
  void endsAsDivergedWhereTheLossExplodes() {
    // Given a learning rate a thousand times too high
    Notes notes = new Notes();
    // When
    RunOutcome outcome = run(settings(new L2LossSpec(1), 2, 1), null, notes, () -> false);
    // Then
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Diverged.class, diverged -> assertThat(diverged.reason()).startsWith("mean loss: "));
    assertThat(notes.checkpoints).isEmpty();
  }

  @Test
  void namesAPictureThatCannotBeReadBeforeItBegins() throws IOException {
    // Given
    Files.write(root.resolve("faces/rendered/trainset/face_00007.jpg"), new byte[] {1, 2, 3});
    Notes notes = new Notes();
    // Then
    assertThatThrownBy(() -> run(settings(ACR, 2, 0.001), null, notes, () -> false))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.reason()).isEqualTo(CropCache.FACE_UNREADABLE);
            })
        .hasMessageContaining("face_00007");
    assertThat(notes.starts).isEmpty();
  }

  @Test
  void stopsWhileItReadsFaces() {
    // Given
    Notes notes = new Notes();
    // When
    RunOutcome outcome = run(settings(ACR, 2, 0.001), null, notes, () -> true);
    // Then
    assertThat(outcome).isEqualTo(new Stopped(0));
    assertThat(notes.starts).isEmpty();
  }

  @Test
  void refusesAPlanWithoutTheShapeModelItNeeds() {
    assertThatThrownBy(
            () ->
                new TrainingPlan(
                    settings(ACR, 1, 0.001),
                    FaceCropping.of(CropPolicy.SQUARE_V1),
                    faces,
                    null,
                    null))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("shape_model");
  }

  @Test
  void refusesAShapeModelOfAnotherCrop() {
    assertThatThrownBy(
            () ->
                new TrainingPlan(
                    settings(ACR, 1, 0.001),
                    FaceCropping.of(CropPolicy.STRETCH_V1),
                    faces,
                    shapes(),
                    null))
        .isInstanceOf(FaultException.class)
        .hasMessage("shape_model.crop_policy: SQUARE_V1 (expected: STRETCH_V1, as the job has)");
  }

  @Test
  void beginsWithAnotherModelAndIsResumedAsAnyRun() {
    // Given
    Notes before = new Notes();
    TrainedModel model =
        ((Completed) run(settings(ACR, 6, 0.001), null, before, () -> false)).model();
    StartModel start =
        StartModel.decode(START, NetworkKind.MOBILENET_V2, faces.scheme(), model.weights());
    TrainingPlan drawn = plan(standingStill(settings(ACR, 2, 1e-6)));
    TrainingPlan plan =
        new TrainingPlan(
            changed(drawn.settings(), job -> job.setStartModel(START)),
            drawn.cropping(),
            drawn.dataset(),
            drawn.shapeModel(),
            start);
    Notes whole = new Notes();
    Notes afresh = new Notes();

    // When next to nothing is learnt
    RunOutcome outcome = new TrainingRun().run(plan, null, whole, () -> false);
    new TrainingRun().run(drawn, null, afresh, () -> false);

    // Then it is what it was
    Offset<Double> small = within(0.05 * model.validationNme());
    assertThat(whole.epochs.get(0).validationNme()).isCloseTo(model.validationNme(), small);
    assertThat(afresh.epochs.get(0).validationNme()).isNotCloseTo(model.validationNme(), small);

    // When it is resumed, its start at hand or not
    Checkpoint middle = whole.checkpoints.get(0);
    RunOutcome resumed = new TrainingRun().run(plan, middle, new Notes(), () -> false);

    // Then
    assertThat(((Completed) resumed).model().onnx())
        .isEqualTo(((Completed) outcome).model().onnx());
    assertThatThrownBy(() -> new TrainingRun().run(drawn, middle, new Notes(), () -> false))
        .isInstanceOf(FaultException.class)
        .hasMessage("startModel: " + START + " in the checkpoint (expected: none in this run)");
  }

  private RunOutcome run(
      TrainingSettings settings,
      @Nullable Checkpoint resumeFrom,
      RunObserver observer,
      StopSignal stop) {
    return new TrainingRun().run(plan(settings), resumeFrom, observer, stop);
  }

  private TrainingPlan plan(TrainingSettings settings) {
    return new TrainingPlan(settings, FaceCropping.of(CropPolicy.SQUARE_V1), faces, shapes(), null);
  }

  private ShapeModel shapes() {
    ShapeModelFitter fitter = new ShapeModelFitter(faces.scheme(), CropPolicy.SQUARE_V1);
    for (FaceSample face : faces.faces()) {
      fitter.add(
          CropPolicy.SQUARE_V1.region(face.landmarks().boundingBox()).toLabels(face.landmarks()));
    }
    return fitter.fit();
  }

  private static TrainingSettings settings(LossSpec loss, int epochs, double rate) {
    return settings(NetworkKind.MOBILENET_V2, loss, epochs, rate);
  }

  private static TrainingSettings settings(
      NetworkKind network, LossSpec loss, int epochs, double rate) {
    return settings(network, loss, epochs, rate, List.of(new InputSizeStage(0, 64)));
  }

  private static TrainingSettings settings(
      NetworkKind network,
      LossSpec loss,
      int epochs,
      double rate,
      List<InputSizeStage> inputSizes) {
    return new TrainingSettings(
        "job",
        DatasetSelection.of("faces", "train"),
        "shapes",
        network,
        loss,
        inputSizes.get(inputSizes.size() - 1).sizePx(),
        epochs,
        4,
        new OptimiserSpec(OptimiserKind.ADAMW, rate, 1e-4, 0.1, new Cosine(), 5, 0.9),
        AugmentationSpec.DEFAULT,
        0.2,
        1,
        null,
        null,
        "model",
        1,
        0.1,
        network.defaultDropConnect(),
        0.9,
        inputSizes,
        true,
        300,
        JobPriority.NORMAL,
        null,
        null,
        null,
        false);
  }
}
