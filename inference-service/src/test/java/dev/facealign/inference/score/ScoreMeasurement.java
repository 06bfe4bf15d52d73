package dev.facealign.inference.score;

import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.HoldOut;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.geometry.Affine;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.inference.face.DetectorSettings;
import dev.facealign.inference.face.HaarFaceDetector;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.inference.network.OnnxNetwork;
import dev.facealign.inference.network.Precision;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.pose.HeadPoseEstimator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.jspecify.annotations.Nullable;

/**
 * Measures what tells faces from what is none, on training faces that the models were not trained
 * on: run by hand, with the folder of the datasets and, for each model of scheme "68" and SQUARE_V1
 * trained with seed 1, its model.onnx, its input's side and its mean expected error (of its
 * manifest). Prints for each kind of evidence the area under the ROC curve (right ones against
 * wrong ones), the logistic curve that fits it, fitted on one half of the pictures and tested on
 * the other, and how often a score says yes.
 *
 * <p>Right: boxes of the true points as they are, moved by 10 %, scaled by 0.85 and 1.2, and the
 * detector's; with an NME of 10 % at most. Wrong: boxes moved by half a face and more, scaled by
 * 0.35, 0.5, 2 and 3, faces upside down, corners of pictures, noise, one colour, gradients.
 */
final class ScoreMeasurement {
  private static final double RIGHT_NME = 0.10;
  private static final Set<String> WRONG =
      Set.of("moved far", "other scale", "upside down", "corner", "noise", "plain", "gradient");
  private static final int SIDE = 160;
  private static final Box MIDDLE = new Box(20, 20, 120, 120);

  private final HeadPoseEstimator heads = new HeadPoseEstimator();
  private final LandmarkScheme scheme = LandmarkScheme.byId("68");
  private final OnnxNetwork network;
  private final double usualError;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * One crop.
   *
   * @param nme of the first run and of the second; NaN without a face
   * @param doubt mean expected error over the usual one
   * @param boxJump distance of the points' box from the crop's, and how much larger it is, as
   *     shares
   * @param moved how far points moved in the second run, over the diagonal of their box
   */
  private record Sample(
      int picture,
      String kind,
      double nme,
      double secondNme,
      double doubt,
      double misfit,
      double boxJump,
      double moved) {
    boolean right() {
      return !WRONG.contains(kind) && nme <= RIGHT_NME;
    }

    boolean wrong() {
      return WRONG.contains(kind);
    }
  }

  private record Run(Landmarks points, double meanError) {}

  private ScoreMeasurement(OnnxNetwork network, double usualError) {
    this.network = network;
    this.usualError = usualError;
  }

  public static void main(String[] args) {
    List<FaceSample> faces =
        HoldOut.split(
                new DatasetCatalog(Path.of(args[0])).open("300w", "train", "68").faces(), 0.1, 1)
            .validation();
    List<Sample> all = new ArrayList<>();
    for (int i = 1; i < args.length; i += 3) {
      int size = Integer.parseInt(args[i + 1]);
      try (OnnxNetwork network =
          OnnxNetwork.read(
              Path.of(args[i]), size, 136, new NetworkSettings(1, false, Precision.FLOAT32))) {
        ScoreMeasurement measurement =
            new ScoreMeasurement(network, Double.parseDouble(args[i + 2]));
        measurement.run(faces);
        System.out.println("== " + args[i]);
        report(measurement.samples);
        all.addAll(measurement.samples);
      }
    }
    System.out.println("== all");
    report(all);
  }

  private void run(List<FaceSample> faces) {
    HaarFaceDetector detector = new HaarFaceDetector(new DetectorSettings(480, 0.0625, true));
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < faces.size(); i++) {
      if (!faces.get(i).hasPicture()) {
        continue;
      }
      RgbImage image =
          new ImageDecoder(ImageLimits.DEFAULT).decode(faces.get(i).readEncodedPicture());
      Landmarks truth = faces.get(i).landmarks();
      Box box = truth.boundingBox();
      int picture = i;
      add(i, "true box", image, box, truth);
      add(i, "moved", image, moved(box, 0.1, random), truth);
      add(i, "scaled", image, scaled(box, 0.85), truth);
      add(i, "scaled", image, scaled(box, 1.2), truth);
      detector.detect(image).stream()
          .filter(found -> found.intersectionOverUnion(box) >= 0.4)
          .findFirst()
          .ifPresent(found -> add(picture, "detected", image, found, truth));
      for (double share : new double[] {0.5, 0.7, 0.9}) {
        add(i, "moved far", image, moved(box, share, random), truth);
      }
      for (double factor : new double[] {0.35, 0.5, 2, 3}) {
        add(i, "other scale", image, scaled(box, factor), truth);
      }
      Landmarks turned = truth.map(new Affine(-1, 0, image.width() - 1, 0, -1, image.height() - 1));
      add(i, "upside down", upsideDown(image), turned.boundingBox(), turned);
      double side = 0.3 * Math.min(image.width(), image.height());
      for (int corner = 0; corner < 4; corner++) {
        double x = corner % 2 == 0 ? 0 : image.width() - side;
        double y = corner < 2 ? 0 : image.height() - side;
        add(i, "corner", image, new Box(x, y, side, side), null);
      }
      int grain = 1 << random.nextInt(6);
      long seed = random.nextLong();
      add(
          i,
          "noise",
          drawn(
              (x, y, c) ->
                  new SplittableRandom(seed + 1000L * (y / grain) + x / grain)
                      .split()
                      .nextInt(256)),
          MIDDLE,
          null);
      int level = random.nextInt(256);
      add(i, "plain", drawn((x, y, c) -> level), MIDDLE, null);
      double across = 2 * random.nextDouble() - 1;
      double down = 2 * random.nextDouble() - 1;
      add(
          i,
          "gradient",
          drawn((x, y, c) -> (int) (128 + across * (x - 80) + down * (y - 80))),
          MIDDLE,
          null);
    }
  }

  private void add(int picture, String kind, RgbImage image, Box box, @Nullable Landmarks truth) {
    samples.add(sample(picture, kind, image, box, truth));
  }

  private Sample sample(
      int picture, String kind, RgbImage image, Box box, @Nullable Landmarks truth) {
    Run first = run(image, box);
    Box own = first.points().boundingBox();
    Run second = run(image, own);
    CropRegion region = CropPolicy.SQUARE_V1.region(own);
    double moved = distance(first.points(), second.points());
    double shift = Math.hypot(own.centreX() - box.centreX(), own.centreY() - box.centreY());
    double growth = Math.abs(Math.log(own.longerSide() / box.longerSide()));
    return new Sample(
        picture,
        kind,
        nme(first.points(), truth),
        nme(second.points(), truth),
        first.meanError() / region.unit() / usualError,
        heads.misfit(scheme, first.points()).orElseThrow(),
        Math.hypot(shift / box.longerSide(), growth),
        moved / second.points().boundingBox().diagonal());
  }

  private static double nme(Landmarks points, @Nullable Landmarks truth) {
    return truth == null ? Double.NaN : distance(points, truth) / truth.distance(36, 45);
  }

  private static double distance(Landmarks a, Landmarks b) {
    double sum = 0;
    for (int m = 0; m < a.count(); m++) {
      sum += Math.hypot(a.x(m) - b.x(m), a.y(m) - b.y(m));
    }
    return sum / a.count();
  }

  private Run run(RgbImage image, Box box) {
    int size = network.inputSizePx();
    CropRegion region = CropPolicy.SQUARE_V1.region(box);
    float[] crop = new float[3 * size * size];
    CropSampler.sample(image, region.cropToImage(size), size, crop, 0);
    NetworkAnswer answer = network.run(List.of(crop)).get(0);
    double[] labels = new double[answer.labels().length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = answer.labels()[i];
    }
    double sum = 0;
    float[] errors = answer.expectedErrors();
    for (float error : errors == null ? new float[] {Float.NaN} : errors) {
      sum += error;
    }
    return new Run(region.toImage(labels), 2 * sum / labels.length * region.unit());
  }

  private static Box moved(Box box, double share, SplittableRandom random) {
    double angle = random.nextDouble() * 2 * Math.PI;
    return new Box(
        box.x() + share * Math.cos(angle) * box.width(),
        box.y() + share * Math.sin(angle) * box.height(),
        box.width(),
        box.height());
  }

  private static Box scaled(Box box, double factor) {
    double width = factor * box.width();
    double height = factor * box.height();
    return new Box(box.centreX() - width / 2, box.centreY() - height / 2, width, height);
  }

  private interface Colour {
    int at(int x, int y, int channel);
  }

  private static RgbImage drawn(Colour colour) {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < rgb.length; i++) {
      int value = colour.at(i / 3 % SIDE, i / 3 / SIDE, i % 3);
      rgb[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return RgbImage.of(SIDE, SIDE, rgb);
  }

  private static RgbImage upsideDown(RgbImage image) {
    byte[] rgb = image.rgb();
    byte[] turned = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      turned[i] = rgb[rgb.length - 3 - i + 2 * (i % 3)];
    }
    return RgbImage.of(image.width(), image.height(), turned);
  }

  private static void report(List<Sample> samples) {
    List<Sample> right = samples.stream().filter(Sample::right).toList();
    List<Sample> wrong = samples.stream().filter(Sample::wrong).toList();
    System.out.printf("right %d, wrong %d%n", right.size(), wrong.size());
    Map<String, List<ToDoubleFunction<Sample>>> evidence = new LinkedHashMap<>();
    evidence.put("expected error", List.of(s -> Math.log(s.doubt())));
    evidence.put("shape", List.of(s -> Math.log(s.misfit())));
    evidence.put("box jump", List.of(Sample::boxJump));
    evidence.put(
        "expected error, shape", List.of(s -> Math.log(s.doubt()), s -> Math.log(s.misfit())));
    evidence.put("second run", List.of(Sample::moved));
    evidence.put("second run, expected error", List.of(Sample::moved, s -> Math.log(s.doubt())));
    evidence.forEach((name, features) -> evaluate(name, features, right, wrong));
    for (String kind : WRONG) {
      double area =
          area(Sample::moved, right, wrong.stream().filter(s -> s.kind().equals(kind)).toList());
      System.out.printf("  second run against %-12s %.4f%n", kind, area);
    }
    shares(samples);
  }

  /** Of the detected faces, how many are right, by their score of two runs. */
  private static void shares(List<Sample> samples) {
    double[] edges = {0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.01};
    for (int i = 0; i + 1 < edges.length; i++) {
      double from = edges[i];
      double to = edges[i + 1];
      List<Sample> in =
          samples.stream()
              .filter(
                  s ->
                      FaceScore.ofTwoRuns(s.moved(), s.doubt()) >= from
                          && FaceScore.ofTwoRuns(s.moved(), s.doubt()) < to)
              .toList();
      long right = in.stream().filter(s -> s.secondNme() <= RIGHT_NME).count();
      List<Sample> detected = in.stream().filter(s -> s.kind().equals("detected")).toList();
      long rightDetected = detected.stream().filter(s -> s.secondNme() <= RIGHT_NME).count();
      System.out.printf(
          "  score %.2f to %.2f: %5d, right after the second run %.3f; detected %4d, right %.3f%n",
          from,
          to,
          in.size(),
          right / (double) in.size(),
          detected.size(),
          rightDetected / (double) detected.size());
    }
  }

  private static void evaluate(
      String name,
      List<ToDoubleFunction<Sample>> features,
      List<Sample> right,
      List<Sample> wrong) {
    double[] curve = fit(features, half(right, 0), half(wrong, 0));
    ToDoubleFunction<Sample> score = s -> value(features, curve, s);
    DoubleUnaryOperator share =
        which ->
            (which == 0 ? half(right, 1) : half(wrong, 1))
                    .stream().mapToDouble(score).filter(value -> value > 0).count()
                / (double) (which == 0 ? half(right, 1) : half(wrong, 1)).size();
    System.out.printf(
        "  %-28s AUC %.4f; scores above 0.5: right %.3f, wrong %.3f; curve %s%n",
        name,
        area(s -> -score.applyAsDouble(s), half(right, 1), half(wrong, 1)),
        share.applyAsDouble(0),
        share.applyAsDouble(1),
        Arrays.toString(Arrays.stream(curve).map(v -> Math.round(v * 1000) / 1000.0).toArray()));
  }

  private static List<Sample> half(List<Sample> samples, int which) {
    return samples.stream().filter(s -> s.picture() % 2 == which).toList();
  }

  private static double value(
      List<ToDoubleFunction<Sample>> features, double[] curve, Sample sample) {
    double sum = curve[features.size()];
    for (int k = 0; k < features.size(); k++) {
      sum += curve[k] * features.get(k).applyAsDouble(sample);
    }
    return sum;
  }

  /** Logistic regression by Newton's method, right and wrong weighing the same. */
  private static double[] fit(
      List<ToDoubleFunction<Sample>> features, List<Sample> right, List<Sample> wrong) {
    int n = features.size() + 1;
    double[] curve = new double[n];
    for (int round = 0; round < 60; round++) {
      DMatrixRMaj squares = CommonOps_DDRM.diag(fill(n, 1e-9));
      DMatrixRMaj slope = new DMatrixRMaj(n, 1);
      for (boolean yes : new boolean[] {true, false}) {
        List<Sample> these = yes ? right : wrong;
        for (Sample sample : these) {
          double p = 1 / (1 + Math.exp(-value(features, curve, sample)));
          double weight = 1.0 / these.size();
          double[] row = new double[n];
          for (int k = 0; k + 1 < n; k++) {
            row[k] = features.get(k).applyAsDouble(sample);
          }
          row[n - 1] = 1;
          for (int i = 0; i < n; i++) {
            slope.add(i, 0, weight * ((yes ? 1 : 0) - p) * row[i]);
            for (int j = 0; j < n; j++) {
              squares.add(i, j, weight * p * (1 - p) * row[i] * row[j]);
            }
          }
        }
      }
      DMatrixRMaj step = new DMatrixRMaj(n, 1);
      CommonOps_DDRM.solve(squares, slope, step);
      for (int i = 0; i < n; i++) {
        curve[i] += step.get(i);
      }
    }
    return curve;
  }

  private static double[] fill(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  /** How often a right one has a lower value than a wrong one; equal ones count half. */
  private static double area(
      ToDoubleFunction<Sample> value, List<Sample> right, List<Sample> wrong) {
    double[] of = right.stream().mapToDouble(value).sorted().toArray();
    double sum = 0;
    for (Sample sample : wrong) {
      double at = value.applyAsDouble(sample);
      int low = lower(of, at);
      int high = low;
      while (high < of.length && of[high] == at) {
        high++;
      }
      sum += low + (high - low) / 2.0;
    }
    return sum / of.length / wrong.size();
  }

  private static int lower(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) / 2;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
