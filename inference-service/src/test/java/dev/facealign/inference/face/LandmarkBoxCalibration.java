package dev.facealign.inference.face;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Measures {@link HaarFaceDetector#RULE} on training faces: run by hand, with the folder of the
 * datasets and "every n-th face" as arguments. Prints the medians that are the rule, how far faces
 * scatter around them, and how many faces are found.
 */
final class LandmarkBoxCalibration {
  /** A find that overlaps the face's landmark box less than this is another thing. */
  private static final double LEAST_OVERLAP = 0.4;

  private final HaarFaceDetector detector =
      new HaarFaceDetector(new DetectorSettings(480, 0.0625, true));
  private final List<Double> shiftX = new ArrayList<>();
  private final List<Double> shiftY = new ArrayList<>();
  private final List<Double> width = new ArrayList<>();
  private final List<Double> height = new ArrayList<>();
  private final List<Double> overlap = new ArrayList<>();
  private int faces;
  private int found;
  private int others;
  private long nanos;

  public static void main(String[] args) {
    LandmarkBoxCalibration calibration = new LandmarkBoxCalibration();
    List<FaceSample> samples =
        new DatasetCatalog(Path.of(args[0])).open("300w", "train", "68").faces();
    int step = Integer.parseInt(args[1]);
    for (int i = 0; i < samples.size(); i += step) {
      if (samples.get(i).hasPicture()) {
        calibration.add(samples.get(i));
      }
    }
    calibration.print();
  }

  private void add(FaceSample sample) {
    RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(sample.readEncodedPicture());
    Box truth = sample.landmarks().boundingBox();
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    GreyPicture grey = GreyPicture.of(image, 480);
    List<HaarFaceDetector.Square> squares = detector.squares(grey);
    nanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
    faces++;
    squares.stream()
        .max(Comparator.comparingDouble(square -> box(square).intersectionOverUnion(truth)))
        .filter(square -> box(square).intersectionOverUnion(truth) >= LEAST_OVERLAP)
        .ifPresent(
            square -> {
              found++;
              // Pixel centres against pixel edges: half a pixel.
              shiftX.add((truth.centreX() + 0.5 - square.left()) / square.side() - 0.5);
              shiftY.add((truth.centreY() + 0.5 - square.top()) / square.side() - 0.5);
              width.add(truth.width() / square.side());
              height.add(truth.height() / square.side());
              overlap.add(box(square).intersectionOverUnion(truth));
            });
    others +=
        (int)
            squares.stream()
                .filter(square -> box(square).intersectionOverUnion(truth) < LEAST_OVERLAP)
                .count();
  }

  private static Box box(HaarFaceDetector.Square square) {
    Box box = HaarFaceDetector.RULE.landmarkBox(square.left(), square.top(), square.side());
    return new Box(box.x() - 0.5, box.y() - 0.5, box.width(), box.height());
  }

  private void print() {
    System.out.printf(
        "faces %d, found %.4f, other finds a picture %.4f, %.1f ms of processor time a picture%n",
        faces, found / (double) faces, others / (double) faces, nanos / 1e6 / faces);
    print("shiftX", shiftX);
    print("shiftY", shiftY);
    print("width", width);
    print("height", height);
    print("overlap (IoU)", overlap);
  }

  private static void print(String name, List<Double> values) {
    Collections.sort(values);
    System.out.printf(
        "%-14s 5%% %.4f  25%% %.4f  median %.4f  75%% %.4f  95%% %.4f%n",
        name,
        at(values, 0.05),
        at(values, 0.25),
        at(values, 0.5),
        at(values, 0.75),
        at(values, 0.95));
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) (share * (sorted.size() - 1)));
  }
}
