package dev.facealign.evaluation.report;

import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetSplit;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.pose.HeadPoseEstimator;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Reads a report's dataset once more, a face at a time; of all faces together it keeps no more than
 * what is drawn. One use.
 */
final class TruthReader {

  /** More dots than this a plot does not show, and each takes an optimisation. */
  private static final int MOST_POSES = 3000;

  private final Evaluation report;
  private final LandmarkScheme scheme;
  private final HeadPoseEstimator poseEstimator = new HeadPoseEstimator();
  private final int poseStep;
  private final Set<Integer> wanted = new HashSet<>();

  private final List<String> splits = new ArrayList<>();
  private final Map<String, String> sameSplits = new HashMap<>();
  private final double[] sum;
  private int shapes;
  private final List<Truth.PosedFace> poses = new ArrayList<>();
  private final Map<Integer, FaceSample> shown = new HashMap<>();

  private TruthReader(Evaluation report, LandmarkScheme scheme, ShownFaces faces) {
    this.report = report;
    this.scheme = scheme;
    this.poseStep = 1 + report.getFacesCount() / MOST_POSES;
    this.sum = new double[2 * scheme.count()];
    faces.shown().forEach(face -> wanted.add(face.place()));
  }

  /**
   * What the dataset adds.
   *
   * @param faces those whose samples are wanted
   */
  static Truth read(DatasetCatalog datasets, Evaluation report, ShownFaces faces) {
    try {
      DatasetSplit split = datasets.find(Contracts.selection(report.getDataset().getDataset()));
      TruthReader reader = new TruthReader(report, split.scheme(), faces);
      DatasetSummary summary = split.read(reader::add, ReadProgress.NONE);
      if (!summary.sha256().equals(report.getDataset().getSha256())) {
        return new Truth.Missing(
            "the dataset of this name is another one today: fingerprint "
                + Words.version(summary.sha256())
                + " (measured: "
                + Words.version(report.getDataset().getSha256())
                + ")");
      }
      return reader.known();
    } catch (FaultException e) {
      return new Truth.Missing(e.getMessage());
    }
  }

  private void add(FaceSample face) {
    int place = splits.size();
    if (place >= report.getFacesCount() || !report.getFaces(place).getFaceId().equals(face.id())) {
      throw FaultException.invalid(
          "dataset.faces", face.id(), "the faces that were measured, in their order");
    }
    splits.add(sameSplits.computeIfAbsent(face.split(), name -> name));
    addShape(face.landmarks());
    FaceResult result = report.getFaces(place);
    if (place % poseStep == 0 && result.hasNme() && scheme.equals(LandmarkScheme.IBUG_68)) {
      poseEstimator
          .estimate(face.landmarks())
          .ifPresent(pose -> poses.add(new Truth.PosedFace(pose, result.getNme())));
    }
    if (wanted.contains(place)) {
      shown.put(place, face);
    }
  }

  private void addShape(Landmarks face) {
    double[] shape = NormalisedShape.of(face.toArray());
    if (shape.length == sum.length) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += shape[i];
      }
      shapes++;
    }
  }

  private Truth known() {
    List<Double> mean =
        shapes == 0
            ? List.of()
            : DoubleStream.of(sum).map(value -> value / shapes).boxed().toList();
    return new Truth.Known(scheme, splits, mean, poses, shown);
  }
}
