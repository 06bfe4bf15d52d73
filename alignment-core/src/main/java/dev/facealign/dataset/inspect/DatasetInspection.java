package dev.facealign.dataset.inspect;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.landmark.LandmarkScheme;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a dataset holds and what is wrong with it.
 *
 * @param name of the dataset
 * @param format how its files are laid out
 * @param scheme of its annotations
 * @param splits all there are, with their counts
 * @param split the one that was looked into
 * @param faces sound annotations in it
 * @param expectedFaces of the complete split; 0 where the number is not known
 * @param sha256 fingerprint of the sound annotations
 * @param pictures faces whose picture is there and sound
 * @param severalFaces pictures with more than one face
 * @param boxes faces with an annotated box
 * @param withFlags faces with occlusion flags
 * @param occludedShare share of their points that are hidden; 0 without flags
 * @param pictureSizes longer sides of the pictures; empty without pictures
 * @param faceSizes longer sides of the points' boxes; empty without faces
 * @param counts how often what was found
 * @param findings the first ones of each kind
 * @param remarks what else somebody should know
 * @param specimens faces worth looking at
 */
public record DatasetInspection(
    String name,
    DatasetFormat format,
    LandmarkScheme scheme,
    List<SplitCount> splits,
    String split,
    int faces,
    int expectedFaces,
    String sha256,
    int pictures,
    int severalFaces,
    int boxes,
    int withFlags,
    double occludedShare,
    Optional<SizeRange> pictureSizes,
    Optional<SizeRange> faceSizes,
    Map<FindingKind, Integer> counts,
    List<Finding> findings,
    List<String> remarks,
    List<Specimen> specimens) {
  public DatasetInspection {
    splits = List.copyOf(splits);
    counts = Map.copyOf(counts);
    findings = List.copyOf(findings);
    remarks = List.copyOf(remarks);
    specimens = List.copyOf(specimens);
  }

  /** How many faults were found, all kinds together. */
  public int faults() {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().isFault())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
