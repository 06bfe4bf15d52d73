package dev.facealign.evaluation.measure;

import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Normaliser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All faces' scores, in reading order.
 *
 * @param split the split's name
 * @param faces its faces
 */
public record Scores(String split, List<FaceScore> faces) {

  public Scores {
    faces = List.copyOf(faces);
  }

  /** Errors of all faces under one normaliser. */
  public ErrorDistribution distribution(Normaliser normaliser) {
    ErrorDistribution.Builder errors = new ErrorDistribution.Builder();
    for (FaceScore face : faces) {
      Double nme = face.nme().get(normaliser);
      if (nme == null) {
        errors.addExcluded();
      } else {
        errors.add(nme);
      }
    }
    return errors.build();
  }

  /** The folders' scores, where there is more than one; else none. */
  public List<Scores> folders() {
    Map<String, List<FaceScore>> folders = new LinkedHashMap<>();
    for (FaceScore face : faces) {
      folders.computeIfAbsent(face.folder(), name -> new ArrayList<>()).add(face);
    }
    if (folders.size() < 2) {
      return List.of();
    }
    return folders.entrySet().stream()
        .map(folder -> new Scores(folder.getKey(), folder.getValue()))
        .toList();
  }
}
