package dev.facealign.cli.metrics;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.dataset.table.FacePointsFile;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.LandmarkErrors;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One file of predictions, measured against the true points (METHOD 5). */
final class MeasuredPredictions {
  private final LandmarkScheme scheme;
  private final Normaliser normaliser;
  private final List<String> ids;
  private final double[] nme;
  private final List<InvalidFace> invalid = new ArrayList<>();
  private final Map<Normaliser, ErrorDistribution> distributions = new EnumMap<>(Normaliser.class);
  private final LandmarkErrors landmarkErrors;

  /** A face without an error, and why. */
  record InvalidFace(String id, String reason) {}

  /**
   * Reads and measures.
   *
   * @param truth true points: {@code id,x0,y0,...}
   * @param predictions as truth; of the same faces, in any order
   * @param normaliser what errors are divided by; it must fit the scheme
   */
  MeasuredPredictions(Path truth, Path predictions, LandmarkScheme scheme, Normaliser normaliser) {
    this.scheme = scheme;
    this.normaliser = normaliser;
    this.landmarkErrors = new LandmarkErrors(scheme);
    Map<String, double[]> faces = read(truth, scheme);
    Map<String, double[]> predicted = read(predictions, scheme);
    for (String id : predicted.keySet()) {
      if (!faces.containsKey(id)) {
        throw new CommandFailure(
            predictions.getFileName() + ": face " + id + " (expected: faces of " + truth + ")");
      }
    }
    this.ids = List.copyOf(faces.keySet());
    this.nme = new double[ids.size()];
    measure(faces, predicted);
  }

  private static Map<String, double[]> read(Path file, LandmarkScheme scheme) {
    Map<String, double[]> faces = new LinkedHashMap<>();
    FacePointsFile.read(
        file,
        scheme.count(),
        (id, xy, place) -> {
          if (faces.put(id, xy) != null) {
            throw new CommandFailure(place + ": face " + id + " again (expected: each once)");
          }
        });
    if (faces.isEmpty()) {
      throw new CommandFailure(file + ": no faces (expected: lines of id,x0,y0,x1,y1,...)");
    }
    return faces;
  }

  private void measure(Map<String, double[]> faces, Map<String, double[]> predicted) {
    Arrays.fill(nme, Double.NaN);
    Map<Normaliser, ErrorDistribution.Builder> builders = new EnumMap<>(Normaliser.class);
    for (Normaliser by : Normaliser.values()) {
      if (by.fits(scheme)) {
        builders.put(by, new ErrorDistribution.Builder());
      }
    }
    int i = 0;
    for (Map.Entry<String, double[]> face : faces.entrySet()) {
      String id = face.getKey();
      Landmarks truth = Landmarks.of(face.getValue());
      double[] points = predicted.get(id);
      Landmarks guess = points == null ? null : Landmarks.of(points);
      for (Map.Entry<Normaliser, ErrorDistribution.Builder> entry : builders.entrySet()) {
        double length = length(entry.getKey(), truth);
        if (!(length > 0)) {
          entry.getValue().addExcluded();
        } else if (guess == null || !guess.isFinite()) {
          entry.getValue().addFailed();
        } else {
          entry.getValue().add(Nme.of(guess, truth, length));
        }
      }
      double length = length(normaliser, truth);
      if (!(length > 0)) {
        invalid.add(new InvalidFace(id, excluded(truth)));
      } else if (guess == null) {
        invalid.add(new InvalidFace(id, "not predicted"));
      } else if (!guess.isFinite()) {
        invalid.add(new InvalidFace(id, "prediction is not finite"));
      } else {
        nme[i] = Nme.of(guess, truth, length);
        landmarkErrors.add(guess, truth, length, Optional.empty());
      }
      i++;
    }
    builders.forEach((by, builder) -> distributions.put(by, builder.build()));
  }

  /** 0 where a true point is missing: such a face is in no figure. */
  private double length(Normaliser by, Landmarks truth) {
    return truth.isFinite() ? by.distance(scheme, truth) : 0;
  }

  private String excluded(Landmarks truth) {
    return truth.isFinite()
        ? "nothing to divide by: " + words(normaliser) + " 0"
        : "true points are missing";
  }

  /** "inter-ocular", "inter-pupil" or "box-diagonal". */
  static String words(Normaliser normaliser) {
    return switch (normaliser) {
      case INTER_OCULAR -> "inter-ocular";
      case INTER_PUPIL -> "inter-pupil";
      case BOX_DIAGONAL -> "box-diagonal";
    };
  }

  LandmarkScheme scheme() {
    return scheme;
  }

  Normaliser normaliser() {
    return normaliser;
  }

  /** Faces in the truth's order. */
  List<String> ids() {
    return ids;
  }

  /** Errors in the order of {@link #ids}, fractions; NaN where there is none. A copy. */
  double[] nme() {
    return nme.clone();
  }

  List<InvalidFace> invalid() {
    return invalid;
  }

  /** By the chosen normaliser. */
  ErrorDistribution distribution() {
    return distributions.getOrDefault(normaliser, ErrorDistribution.of());
  }

  /** By every normaliser that fits the scheme. */
  Map<Normaliser, ErrorDistribution> distributions() {
    return distributions;
  }

  LandmarkErrors landmarkErrors() {
    return landmarkErrors;
  }
}
