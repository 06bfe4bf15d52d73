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
import dev.facealign.trainer.run.TrainingPlan;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks up what jobs name: their datasets and shape models. */
@Singleton
public final class JobInputs {
  private final DatasetCatalog datasets;
  private final StoredShapeModels shapeModels;

  JobInputs(DatasetCatalog datasets, StoredShapeModels shapeModels) {
    this.datasets = datasets;
    this.shapeModels = shapeModels;
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
   * Jobs with what they name, in the same order. A dataset or shape model that several name is read
   * once.
   *
   * @throws FaultException as {@link #plan}, for the first that is at fault
   */
  public List<TrainingPlan> plans(List<TrainingSettings> jobs) {
    Map<DatasetSelection, FaceDataset> opened = new HashMap<>();
    Map<String, StoredShapeModel> read = new HashMap<>();
    List<TrainingPlan> plans = new ArrayList<>();
    for (TrainingSettings settings : jobs) {
      FaceDataset dataset = opened.computeIfAbsent(settings.dataset(), this::open);
      String shapeModel = settings.shapeModel();
      plans.add(
          shapeModel == null
              ? plan(settings, dataset)
              : plan(settings, dataset, read.computeIfAbsent(shapeModel, shapeModels::read)));
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

  private static TrainingPlan plan(TrainingSettings settings, FaceDataset dataset) {
    FaceCropping cropping = cropping(settings, FaceCropping.of(CropPolicy.SQUARE_V1));
    return new TrainingPlan(settings.resolved(dataset, null, cropping), cropping, dataset, null);
  }

  private static TrainingPlan plan(
      TrainingSettings settings, FaceDataset dataset, StoredShapeModel stored) {
    FaceCropping cropping = cropping(settings, stored.model().normalisation().cropping());
    return new TrainingPlan(
        settings.resolved(dataset, stored.version(), cropping), cropping, dataset, stored.model());
  }

  private static FaceCropping cropping(TrainingSettings settings, FaceCropping otherwise) {
    CropPolicy policy = settings.cropPolicy();
    BoxSource boxes = settings.boxes();
    return new FaceCropping(
        policy == null ? otherwise.policy() : policy, boxes == null ? otherwise.boxes() : boxes);
  }
}
