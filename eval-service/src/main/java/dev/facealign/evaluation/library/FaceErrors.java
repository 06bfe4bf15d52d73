package dev.facealign.evaluation.library;

import dev.facealign.v1.FaceResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;

/** Every face of a report with its NME, in reading order; NaN where it has none. */
public final class FaceErrors {

  private final List<String> ids = new ArrayList<>();
  private double[] errors = new double[64];

  /** Of listed faces. */
  static FaceErrors of(List<FaceResult> faces) {
    FaceErrors errors = new FaceErrors();
    faces.forEach(errors::add);
    return errors;
  }

  void add(FaceResult face) {
    if (ids.size() == errors.length) {
      errors = Arrays.copyOf(errors, 2 * errors.length);
    }
    errors[ids.size()] = face.hasNme() ? face.getNme() : Double.NaN;
    ids.add(face.getFaceId());
  }

  int count() {
    return ids.size();
  }

  /** Shows all faces. */
  void forEach(ObjDoubleConsumer<String> visitor) {
    for (int i = 0; i < ids.size(); i++) {
      visitor.accept(ids.get(i), errors[i]);
    }
  }

  /** Errors by face. */
  public Map<String, Double> byFace() {
    Map<String, Double> byFace = new HashMap<>();
    forEach(byFace::put);
    return byFace;
  }

  /** In reading order; a copy. */
  public double[] inOrder() {
    return Arrays.copyOf(errors, ids.size());
  }

  /** The faces' identifiers in the dataset, in reading order. */
  public List<String> ids() {
    return List.copyOf(ids);
  }
}
