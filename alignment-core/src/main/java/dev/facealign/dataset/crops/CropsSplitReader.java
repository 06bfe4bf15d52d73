package dev.facealign.dataset.crops;

import dev.facealign.dataset.DatasetBounds;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the crops of a split, or of all, one .npy file after the other. */
final class CropsSplitReader implements SplitReader {
  private final Path folder;
  private final DatasetBounds bounds;
  private final String dataset;
  private final List<CropsFolder> folders;
  private final LandmarkScheme scheme;
  private final int total;

  CropsSplitReader(Path folder, String dataset, List<CropsFolder> folders, LandmarkScheme scheme) {
    this.folder = folder;
    this.bounds = new DatasetBounds(folder);
    this.dataset = dataset;
    this.folders = folders;
    this.scheme = scheme;
    total = folders.stream().mapToInt(each -> each.crops().size()).sum();
  }

  @Override
  public int total() {
    return total;
  }

  /** Nobody says how many crops a dataset has: people make them themselves. */
  @Override
  public int expectedFaces() {
    return 0;
  }

  @Override
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    List<String> elsewhere = CropsFolder.elsewhere(folder);
    if (!elsewhere.isEmpty()) {
      remarks.add(
          "left out, for they lie outside of the dataset: " + DatasetFaults.shown(elsewhere));
    }
    List<String> unnamed =
        folders.stream().map(CropsFolder::split).filter(s -> !CropsLayout.isSplit(s)).toList();
    if (!unnamed.isEmpty()) {
      remarks.add("folders that cannot be named as splits: " + DatasetFaults.shown(unnamed));
    }
    return remarks;
  }

  @Override
  public void read(FaceSink sink) {
    for (CropsFolder each : folders) {
      for (CropsFolder.Crop crop : each.crops()) {
        CropFace face;
        try {
          face = read(each, crop);
        } catch (FaultException e) {
          DatasetFaults.report(e, sink);
          continue;
        }
        sink.face(face);
      }
    }
  }

  private CropFace read(CropsFolder split, CropsFolder.Crop crop) {
    String annotation = dataset + "/" + split.annotations() + "/" + crop.points().getFileName();
    if (crop.name().chars().anyMatch(Character::isISOControl)) {
      throw DatasetFaults.annotation(annotation, crop.name(), "a name without control characters");
    }
    if (crop.second()) {
      throw DatasetFaults.annotation(annotation, "a second annotation of " + crop.name(), "one");
    }
    bounds.require(annotation, crop.points(), crop.picture());
    Landmarks landmarks = NpyFile.read(crop.points(), annotation, scheme.count());
    return new CropFace(split.split() + "/" + crop.name(), annotation, landmarks, crop.picture());
  }
}
