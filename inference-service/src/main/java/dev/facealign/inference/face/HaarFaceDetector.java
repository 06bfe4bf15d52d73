package dev.facealign.inference.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;

import dev.facealign.geometry.Box;
import dev.facealign.image.RgbImage;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_objdetect;
import org.bytedeco.opencv.opencv_core.FileNode;
import org.bytedeco.opencv.opencv_core.FileStorage;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/**
 * OpenCV's cascade of Haar features for upright frontal faces (Viola and Jones; Lienhart's "alt2"
 * tree).
 *
 * <p>The picture is looked at in steps of 20 %; only where that finds nothing, once more in steps
 * of 5 %. The picture's edge is continued outwards first, because the cascade's window has to lie
 * inside, and it holds more than the face.
 *
 * <p>A classifier serves one thread at a time; each that detects at the same time gets its own,
 * kept for later.
 */
@Singleton
public final class HaarFaceDetector implements FaceDetector {
  private static final String NAME = "opencv-haar-frontalface-alt2";
  private static final String CASCADE = "haarcascade_frontalface_alt2.xml";

  /**
   * From the cascade's square to the landmark box of the scheme "68". Measured by
   * LandmarkBoxCalibration on every fourth picture of the 300W training set at hand (504 of 2,014
   * faces of AFW, HELEN and LFPW; tight crops of about 1.8 times the landmark box, the longer side
   * at most 224 pixels), no test face among them. 94.8 % were found; beside them 2.8 finds in a
   * hundred pictures were something else.
   *
   * <p>Medians: shift (0.002, 0.149), size 0.852 x 0.832. The shift to the side is taken as 0: a
   * mirrored picture must mean the mirrored box. Faces scatter around it by pose: from the 5th to
   * the 95th percentile the shift goes from -0.14 to 0.16 across and from 0.08 to 0.21 down, and
   * the size from 0.74 to 1.02; the overlap with the true box (intersection over union) is 0.78 in
   * the median and 0.57 at the 5th percentile. That is what the second pass is for.
   */
  static final LandmarkBoxRule RULE = new LandmarkBoxRule(0, 0.149, 0.852, 0.832);

  /** Border around the picture, as a share of its longer side. */
  private static final double BORDER_SHARE = 0.2;

  private static final int SMALLEST_WINDOW_PX = 20;
  private static final double COARSE_STEP = 1.2;
  private static final double FINE_STEP = 1.05;
  private static final int NEIGHBOURS = 3;

  /** A find with more than this share of its area inside a larger one is a part of that face. */
  private static final double INSIDE_SHARE = 0.5;

  private final DetectorSettings settings;
  private final String cascade;
  private final ConcurrentLinkedDeque<CascadeClassifier> idle = new ConcurrentLinkedDeque<>();

  public HaarFaceDetector(DetectorSettings settings) {
    this.settings = settings;
    this.cascade = readCascade();
    // Pictures are spread over threads; a picture is not.
    setNumThreads(1);
    idle.push(newClassifier());
  }

  /** Loads OpenCV, for whoever will soon need it; further calls do nothing. */
  public static void loadNatives() {
    Loader.load(opencv_objdetect.class);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Box> detect(RgbImage image) {
    GreyPicture grey = GreyPicture.of(image, settings.maxSidePx());
    List<Box> boxes = new ArrayList<>();
    for (Square square : squares(grey)) {
      // Pixels have extent here: the square covers its first pixel from that pixel's edge on, 0.5
      // before its centre.
      Box box = RULE.landmarkBox(square.left(), square.top(), square.side());
      Box inImage =
          new Box(
              box.x() * grey.scaleX() - 0.5,
              box.y() * grey.scaleY() - 0.5,
              box.width() * grey.scaleX(),
              box.height() * grey.scaleY());
      if (inImage.overlaps(new Box(-0.5, -0.5, image.width(), image.height()))) {
        boxes.add(inImage);
      }
    }
    return boxes;
  }

  /**
   * What the cascade finds: a square in pixels of the grey picture, measured from its top left
   * corner.
   */
  record Square(int left, int top, int side) {

    double shareInside(Square other) {
      double across =
          Math.min(left + side, other.left + other.side) - (double) Math.max(left, other.left);
      double down =
          Math.min(top + side, other.top + other.side) - (double) Math.max(top, other.top);
      return across <= 0 || down <= 0 ? 0 : across * down / ((double) side * side);
    }
  }

  /** What the cascade finds, without the finds that are parts of others, largest first. */
  List<Square> squares(GreyPicture grey) {
    CascadeClassifier pooled = idle.poll();
    CascadeClassifier classifier = pooled == null ? newClassifier() : pooled;
    PointerScope scope = new PointerScope();
    try {
      return largestOfEach(find(classifier, grey));
    } finally {
      // Frees every native object made meanwhile.
      scope.close();
      idle.push(classifier);
    }
  }

  private List<Square> find(CascadeClassifier classifier, GreyPicture grey) {
    int longer = Math.max(grey.width(), grey.height());
    int border = (int) Math.ceil(BORDER_SHARE * longer);
    int smallest = Math.max(SMALLEST_WINDOW_PX, (int) Math.round(settings.minFaceShare() * longer));
    Mat picture = new Mat(grey.height(), grey.width(), CV_8UC1);
    picture.data().put(grey.grey());
    Mat bordered = new Mat();
    copyMakeBorder(
        picture, bordered, border, border, border, border, BORDER_REPLICATE, Scalar.all(0));
    List<Square> found = find(classifier, bordered, COARSE_STEP, smallest, border);
    return found.isEmpty() ? find(classifier, bordered, FINE_STEP, smallest, border) : found;
  }

  private static List<Square> find(
      CascadeClassifier classifier, Mat bordered, double step, int smallest, int border) {
    RectVector rectangles = new RectVector();
    classifier.detectMultiScale(
        bordered, rectangles, step, NEIGHBOURS, 0, new Size(smallest, smallest), new Size());
    List<Square> squares = new ArrayList<>();
    for (Rect rectangle : rectangles.get()) {
      squares.add(new Square(rectangle.x() - border, rectangle.y() - border, rectangle.width()));
    }
    return squares;
  }

  private static List<Square> largestOfEach(List<Square> found) {
    List<Square> kept = new ArrayList<>();
    found.stream()
        .sorted(Comparator.comparingInt(Square::side).reversed())
        .filter(
            square -> kept.stream().noneMatch(larger -> square.shareInside(larger) > INSIDE_SHARE))
        .forEachOrdered(kept::add);
    return kept;
  }

  private CascadeClassifier newClassifier() {
    CascadeClassifier classifier = new CascadeClassifier();
    try (FileStorage storage =
            new FileStorage(cascade, FileStorage.READ | FileStorage.MEMORY, "utf-8");
        FileNode root = storage.getFirstTopLevelNode()) {
      if (!classifier.read(root)) {
        throw new IllegalStateException("OpenCV cannot read " + CASCADE);
      }
      return classifier;
    }
  }

  private static String readCascade() {
    // The natives' jar carries it, below the platform's folder.
    String resource =
        "/org/bytedeco/opencv/" + Loader.getPlatform() + "/share/opencv4/haarcascades/" + CASCADE;
    try (InputStream in = CascadeClassifier.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
