package dev.facealign.dataset.inspect;

import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.Fingerprint;
import dev.facealign.dataset.ReadProgress;
import dev.facealign.dataset.catalog.DatasetSplit;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One inspection under way. Pictures are decoded by several threads; what comes of it is taken in
 * reading order, so that the result does not hang on the threads.
 */
final class Inspection implements FaceSink, AutoCloseable {
  private static final int PICTURES_AHEAD_PER_THREAD = 4;

  /** Nobody marks points on a smaller face. */
  private static final int LEAST_FACE_PX = 4;

  private final DatasetSplit split;
  private final List<SplitCount> splits;
  private final ImageDecoder decoder;
  private final ReadProgress progress;
  private final int total;
  private final ExecutorService decoding;
  private final int mostAhead;
  private final Deque<Pending> ahead = new ArrayDeque<>();

  private final Findings findings = new Findings(DatasetInspector.MOST_OF_A_KIND);
  private final Specimens specimens;
  private final Fingerprint fingerprint = new Fingerprint();
  private final FirstSeen pointsSeen = new FirstSeen();
  private final FirstSeen pixelsSeen = new FirstSeen();
  private final Map<String, Integer> facesByPicture = new HashMap<>();
  private final Map<String, Integer> facesBySplit = new HashMap<>();
  private final SizeHistogram pictureSizes = new SizeHistogram();
  private final SizeHistogram faceSizes = new SizeHistogram();
  private int pictures;
  private int boxes;
  private int withFlags;
  private long hiddenPoints;
  private int lookedAt;
  private boolean picturesNamed;

  private record Pending(FaceSample face, List<FindingKind> found, Future<PictureLook> look) {}

  Inspection(
      DatasetSplit split,
      List<SplitCount> splits,
      ImageDecoder decoder,
      int threads,
      int specimens,
      int total,
      ReadProgress progress) {
    this.split = split;
    this.splits = splits;
    this.decoder = decoder;
    this.progress = progress;
    this.total = total;
    this.specimens = new Specimens(specimens);
    this.mostAhead = PICTURES_AHEAD_PER_THREAD * threads;
    this.decoding =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "dataset-inspection");
              thread.setDaemon(true);
              return thread;
            });
  }

  DatasetInspection run() throws InterruptedException {
    try {
      split.reader().read(this);
    } catch (Stopped e) {
      throw new InterruptedException("inspection");
    } catch (FaultException e) {
      findings.add(FindingKind.FILE_UNREADABLE, e.getMessage());
    }
    while (!ahead.isEmpty()) {
      takeFirst();
    }
    return result();
  }

  @Override
  public void fault(FaultException fault) {
    findings.add(FindingKind.ANNOTATION_INVALID, fault.getMessage());
  }

  @Override
  public void face(FaceSample face) {
    fingerprint.add(face);
    facesBySplit.merge(face.split(), 1, Integer::sum);
    if (facesByPicture.containsKey(face.pictureId()) || facesByPicture.size() < FirstSeen.MOST) {
      facesByPicture.merge(face.pictureId(), 1, Integer::sum);
    }
    List<FindingKind> found = new ArrayList<>();
    lookAtPoints(face, found);
    lookAtBox(face, found);
    face.occluded().ifPresent(hidden -> count(hidden));
    ahead.add(new Pending(face, found, decoding.submit(() -> PictureLook.at(face, decoder))));
    if (ahead.size() > mostAhead) {
      try {
        takeFirst();
      } catch (InterruptedException e) {
        throw new Stopped();
      }
    }
  }

  /** Leads out of the reader's loop. */
  private static final class Stopped extends RuntimeException {
    Stopped() {
      super("interrupted", null, false, false);
    }
  }

  private void count(BitSet hidden) {
    withFlags++;
    hiddenPoints += hidden.cardinality();
  }

  private void lookAtPoints(FaceSample face, List<FindingKind> found) {
    Landmarks points = face.landmarks();
    Optional<Box> extent = extent(points);
    extent.ifPresent(box -> faceSizes.add(box.longerSide()));
    Optional<LandmarkScheme.PointPair> eyes = split.scheme().outerEyeCorners();
    if (extent.isEmpty()) {
      report(
          FindingKind.POINTS_WITHOUT_EXTENT,
          face.annotation() + ": points on one line or in one place (expected: a box around them)",
          found);
    } else if (eyes.isPresent() && points.distance(eyes.get().left(), eyes.get().right()) == 0) {
      report(
          FindingKind.POINTS_WITHOUT_EXTENT,
          face.annotation() + ": outer eye corners in one place (expected: a distance > 0)",
          found);
    }
    if (extent.isPresent() && extent.get().longerSide() < LEAST_FACE_PX) {
      report(
          FindingKind.FACE_TINY,
          face.annotation()
              + String.format(
                  Locale.ROOT,
                  ": %.3g px across (expected: pixels; are the coordinates shares of the picture?)",
                  extent.get().longerSide()),
          found);
    }
    double[] xy = points.toArray();
    ByteBuffer content = ByteBuffer.allocate(Double.BYTES * xy.length);
    content.asDoubleBuffer().put(xy);
    FirstSeen.Place first = pointsSeen.before(FirstSeen.Key.of(content), place(face));
    if (first != null) {
      report(
          FindingKind.POINTS_TWICE,
          face.annotation()
              + ": the points of "
              + first.faceId()
              + " (expected: a face of its own)",
          found);
    }
  }

  private void lookAtBox(FaceSample face, List<FindingKind> found) {
    if (face.box().isEmpty()) {
      return;
    }
    boxes++;
    Box box = face.box().get();
    if (extent(face.landmarks()).filter(points -> !points.overlaps(box)).isPresent()) {
      report(
          FindingKind.BOX_ELSEWHERE,
          face.annotation()
              + String.format(
                  Locale.ROOT,
                  ": box %.1f,%.1f %.1f x %.1f (expected: around the points)",
                  box.x(),
                  box.y(),
                  box.width(),
                  box.height()),
          found);
    }
  }

  private static Optional<Box> extent(Landmarks points) {
    try {
      return Optional.of(points.boundingBox());
    } catch (FaultException e) {
      return Optional.empty();
    }
  }

  private void takeFirst() throws InterruptedException {
    // A picture that is decoded already is not waited for, and so does not hear of it.
    if (Thread.interrupted()) {
      throw new InterruptedException("inspection");
    }
    Pending pending = ahead.remove();
    FaceSample face = pending.face();
    List<FindingKind> found = pending.found();
    PictureLook look;
    try {
      look = pending.look().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("picture of " + face.id(), e.getCause());
    }
    if (look instanceof PictureLook.Missing) {
      report(
          FindingKind.PICTURE_MISSING,
          face.annotation()
              + face.namedPicture()
                  .map(path -> ": no picture " + split.name() + "/" + path + " (expected: a file)")
                  .orElse(": no picture (expected: one beside it)"),
          found);
      picturesNamed |= face.namedPicture().isPresent();
    } else if (look instanceof PictureLook.Unreadable unreadable) {
      report(FindingKind.PICTURE_UNREADABLE, face.annotation() + ": " + unreadable.why(), found);
    } else if (look instanceof PictureLook.Sound picture) {
      lookAtPicture(face, picture, found);
      specimens.add(face, found);
    }
    lookedAt++;
    progress.annotationRead(lookedAt, total);
  }

  private void lookAtPicture(FaceSample face, PictureLook.Sound picture, List<FindingKind> found) {
    pictures++;
    pictureSizes.add(Math.max(picture.width(), picture.height()));
    int outside = outside(face.landmarks(), picture);
    int points = face.landmarks().count();
    if (outside > 0) {
      report(
          2 * outside > points ? FindingKind.FACE_OUTSIDE : FindingKind.POINTS_OUTSIDE,
          face.annotation()
              + ": "
              + outside
              + " of "
              + points
              + " points (expected: within "
              + picture.width()
              + " x "
              + picture.height()
              + " pixels)",
          found);
    }
    FirstSeen.Place first = pixelsSeen.before(picture.pixels(), place(face));
    if (first == null) {
      return;
    }
    // Several faces of a picture are fine within a split; across splits, what is learnt is
    // measured.
    boolean twoSplits = !first.split().equals(face.split());
    if (twoSplits || !first.pictureId().equals(face.pictureId())) {
      report(
          twoSplits ? FindingKind.PICTURE_IN_TWO_SPLITS : FindingKind.PICTURE_TWICE,
          face.annotation() + ": the picture of " + first.faceId() + " (expected: another)",
          found);
    }
  }

  /** Pixels reach half a pixel around their centres. */
  private static int outside(Landmarks points, PictureLook.Sound picture) {
    int outside = 0;
    for (int m = 0; m < points.count(); m++) {
      double x = points.x(m);
      double y = points.y(m);
      if (x < -0.5 || y < -0.5 || x > picture.width() - 0.5 || y > picture.height() - 0.5) {
        outside++;
      }
    }
    return outside;
  }

  private static FirstSeen.Place place(FaceSample face) {
    return new FirstSeen.Place(face.id(), face.pictureId(), face.split());
  }

  private void report(FindingKind kind, String message, List<FindingKind> found) {
    found.add(kind);
    findings.add(kind, message);
  }

  private DatasetInspection result() {
    List<String> remarks = new ArrayList<>(split.reader().remarks());
    int faces = fingerprint.faces();
    if (faces == 0 && findings.counts().isEmpty()) {
      findings.add(
          FindingKind.NO_FACES,
          split.name()
              + ": no faces in split "
              + split.split()
              + " (expected: annotations in its files)");
    }
    if (faces > 0 && splits.isEmpty()) {
      remarks.add("no splits: --split all is what fits and trains on it");
    }
    if (faces > 0 && !picturesNamed && findings.count(FindingKind.PICTURE_MISSING) == faces) {
      findings.forget(FindingKind.PICTURE_MISSING);
      remarks.add("no pictures: enough for a shape model, not for training or measuring");
    }
    if (pointsSeen.isFull() || pixelsSeen.isFull()) {
      remarks.add(
          "what is there twice was looked for among the first " + FirstSeen.MOST + " faces");
    }
    long points = (long) withFlags * split.scheme().count();
    return new DatasetInspection(
        split.name(),
        split.format(),
        split.scheme(),
        splits.stream().map(this::counted).toList(),
        split.split(),
        faces,
        split.reader().expectedFaces(),
        fingerprint.sha256(),
        pictures,
        (int) facesByPicture.values().stream().filter(n -> n > 1).count(),
        boxes,
        withFlags,
        points == 0 ? 0 : (double) hiddenPoints / points,
        pictureSizes.range(),
        faceSizes.range(),
        findings.counts(),
        findings.kept(),
        remarks,
        specimens.chosen());
  }

  /** Tables have their splits' numbers of faces only once they are read. */
  private SplitCount counted(SplitCount count) {
    boolean read = split.split().equals(DatasetLayout.ALL) || split.split().equals(count.name());
    return count.faces().isPresent() || !read
        ? count
        : new SplitCount(
            count.name(),
            OptionalInt.of(facesBySplit.getOrDefault(count.name(), 0)),
            count.expected());
  }

  @Override
  public void close() {
    decoding.shutdownNow();
  }
}
