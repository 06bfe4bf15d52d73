package dev.facealign.dataset.crops;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.util.List;

/** Reads the crops of a split, or of all, one .npy file after the other. */
final class CropsSplitReader implements SplitReader {
  private final String dataset;
  private final List<CropsFolder> folders;
  private final LandmarkScheme scheme;
  private final int total;

  CropsSplitReader(String dataset, List<CropsFolder> folders, LandmarkScheme scheme) {
    this.dataset = dataset;
    this.folders = folders;
    this.scheme = scheme;
    total = folders.stream().mapToInt(folder -> folder.crops().size()).sum();
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
  public void read(FaceSink sink) {
    for (CropsFolder folder : folders) {
      for (CropsFolder.Crop crop : folder.crops()) {
        CropFace face;
        try {
          face = read(folder, crop);
        } catch (FaultException e) {
          if (e.kind() != FaultKind.INVALID_ARGUMENT) {
            throw e;
          }
          sink.fault(e);
          continue;
        }
        sink.face(face);
      }
    }
  }

  private CropFace read(CropsFolder folder, CropsFolder.Crop crop) {
    String annotation = dataset + "/" + folder.annotations() + "/" + crop.points().getFileName();
    if (crop.name().chars().anyMatch(Character::isISOControl)) {
      throw DatasetFaults.annotation(annotation, crop.name(), "a name without control characters");
    }
    Landmarks landmarks = NpyFile.read(crop.points(), annotation, scheme.count());
    return new CropFace(folder.split() + "/" + crop.name(), annotation, landmarks, crop.picture());
  }
}
