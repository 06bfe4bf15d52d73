package dev.facealign.trainer.worker;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.contract.StoredShapeModel;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.StartModel;
import dev.facealign.trainer.run.TrainingPlan;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks up what jobs name: their datasets, shape models and the models they begin with. */
@Singleton
public final class JobInputs {
  private final DatasetCatalog datasets;
  private final StoredShapeModels shapeModels;
  private final StartModels startModels;

  JobInputs(DatasetCatalog datasets, StoredShapeModels shapeModels, StartModels startModels) {
    this.datasets = datasets;
    this.shapeModels = shapeModels;
    this.startModels = startModels;
  }

  /**
   * A job with what it names; its settings are {@link TrainingSettings#resolved resolved}.
   *
   * @throws FaultException what is missing or does not fit together; UNAVAILABLE where it may be
   *     there later
   */
  public TrainingPlan plan(TrainingSettings settings) {
    return plans(List.of(settings)).get(0);
  }

  /**
   * Jobs with what they name, in the same order. A dataset or model that several name is read once.
   *
   * @throws FaultException as {@link #plan}, for the first that is at fault
   */
  public List<TrainingPlan> plans(List<TrainingSettings> jobs) {
    Map<DatasetSelection, FaceDataset> opened = new HashMap<>();
    Map<String, StoredShapeModel> shapes = new HashMap<>();
    Map<String, StartModel> starts = new HashMap<>();
    List<TrainingPlan> plans = new ArrayList<>();
    for (TrainingSettings settings : jobs) {
      FaceDataset dataset = opened.computeIfAbsent(settings.dataset(), this::open);
      String shapeModel = settings.shapeModel();
      String startModel = settings.startModel();
      plans.add(
          plan(
              settings,
              dataset,
              shapeModel == null ? null : shapes.computeIfAbsent(shapeModel, shapeModels::read),
              startModel == null ? null : starts.computeIfAbsent(startModel, startModels::read)));
    }
    return plans;
  }

  private FaceDataset open(DatasetSelection selection) {
    FaceDataset dataset = datasets.open(selection, ReadProgress.NONE);
    if (dataset.faces().stream().noneMatch(FaceSample::hasPicture)) {
      throw FaultException.of(
          FaultKind.FAILED_PRECONDITION,
          "DATASET_WITHOUT_PICTURES",
          "dataset: "
              + dataset.name()
              + " has no picture beside its "
              + dataset.faces().size()
              + " annotations (expected: some)");
    }
    return dataset;
  }

  private static TrainingPlan plan(
      TrainingSettings settings,
      FaceDataset dataset,
      @Nullable StoredShapeModel shapes,
      @Nullable StartModel start) {
    FaceCropping cropping =
        cropping(
            settings,
            shapes == null
                ? FaceCropping.of(CropPolicy.SQUARE_V1)
                : shapes.model().normalisation().cropping());
    return new TrainingPlan(
        settings.resolved(
            dataset,
            shapes == null ? null : shapes.version(),
            cropping,
            start == null ? null : start.version()),
        cropping,
        dataset,
        shapes == null ? null : shapes.model(),
        start);
  }

  private static FaceCropping cropping(TrainingSettings settings, FaceCropping otherwise) {
    CropPolicy policy = settings.cropPolicy();
    BoxSource boxes = settings.boxes();
    return new FaceCropping(
        policy == null ? otherwise.policy() : policy, boxes == null ? otherwise.boxes() : boxes);
  }
}
