package dev.facealign.inference.track;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.HoldOut;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.inference.fixture.Detecting;
import dev.facealign.inference.fixture.RunningService;
import dev.facealign.inference.fixture.TestModels;
import dev.facealign.landmark.Landmarks;
import dev.facealign.v1.BoxOrigin;
import dev.facealign.v1.CertaintyCalibration;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.RawImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Measures following and smoothing on videos made of training faces that the model was not trained
 * on, through the whole service: run by hand, with the folder of the datasets, a model of scheme
 * "68" and SQUARE_V1 trained with seed 1, its input's side, its mean expected error (of its
 * manifest), how many faces, and, for a part, kinds of videos and SMOOTHING.
 *
 * <p>A video is 3 s at 25 pictures a second, 320 x 240, with sensor noise. A picture of one face
 * lies on grey and goes to and fro, nearer and farther, and turns.
 */
final class VideoMeasurement {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int PICTURES = 75;
  private static final double FRAME = 0.04;
  private static final double NOISE = 4;

  /** Half of the videos' length. */
  private static final int CUT = 38;

  private static final int COVERED_FROM = 25;
  private static final int COVERED_TO = 35;

  /** What happens in a video; how fast the face moves: 0 rests. */
  private enum Kind {
    RESTS(0),
    MOVES(1),
    MOVES_FAST(3),
    COVERED(1),
    CUT_TO_NO_FACE(1);

    private final double speed;

    Kind(double speed) {
      this.speed = speed;
    }
  }

  /** A picture and where its face truly is; null: there is none. */
  private record Frame(RawImage image, @Nullable Landmarks truth) {}

  private final RunningService service;
  private final ModelManifest model;

  private VideoMeasurement(RunningService service, ModelManifest model) {
    this.service = service;
    this.model = model;
  }

  public static void main(String[] args) throws Exception {
    List<FaceSample> faces =
        HoldOut.split(
                new DatasetCatalog(Path.of(args[0])).open("300w", "train", "68").faces(), 0.1, 1)
            .validation()
            .stream()
            .filter(FaceSample::hasPicture)
            .limit(Integer.parseInt(args[4]))
            .toList();
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
        RunningService service =
            RunningService.start(
                broker.bootstrapServers(), Files.createTempDirectory("video"), Map.of())) {
      ModelManifest model =
          service.announce(
              TestModels.publish(
                  service.store(),
                  "measured",
                  read(args[1]),
                  manifest ->
                      manifest
                          .setInputSizePx(Integer.parseInt(args[2]))
                          .setCertainty(
                              CertaintyCalibration.newBuilder()
                                  .setMeanExpectedError(Double.parseDouble(args[3])))));
      VideoMeasurement measurement = new VideoMeasurement(service, model);
      List<String> parts = List.of(args).subList(5, args.length);
      for (Kind kind : Kind.values()) {
        if (parts.isEmpty() || parts.contains(kind.name())) {
          measurement.follow(kind, faces);
        }
      }
      if (parts.isEmpty() || parts.contains("SMOOTHING")) {
        measurement.smooth(faces);
      }
    }
  }

  private static byte[] read(String file) throws IOException {
    return Files.readAllBytes(Path.of(file));
  }

  private void follow(Kind kind, List<FaceSample> faces)
      throws InterruptedException, ExecutionException {
    int visible = 0;
    int found = 0;
    int followed = 0;
    int switches = 0;
    int foundAlone = 0;
    int absent = 0;
    int invented = 0;
    int inventedSure = 0;
    int inventedAlone = 0;
    int inventedAloneSure = 0;
    double nme = 0;
    double nmeAlone = 0;
    double micros = 0;
    double microsAlone = 0;
    int both = 0;
    for (int f = 0; f < faces.size(); f++) {
      List<Frame> video = video(faces.get(f), kind, f);
      List<DetectResponse> tracked = ask(video, true);
      List<DetectResponse> alone = ask(video, false);
      Set<Long> identities = new HashSet<>();
      for (int i = 0; i < video.size(); i++) {
        Landmarks truth = video.get(i).truth();
        if (i > 0) {
          micros += micros(tracked.get(i));
          microsAlone += micros(alone.get(i));
        }
        if (kind == Kind.COVERED && i >= COVERED_FROM && i < COVERED_TO) {
          continue;
        }
        if (truth == null) {
          absent++;
          invented += tracked.get(i).getFacesCount() > 0 ? 1 : 0;
          inventedSure += sure(tracked.get(i)) ? 1 : 0;
          inventedAlone += alone.get(i).getFacesCount() > 0 ? 1 : 0;
          inventedAloneSure += sure(alone.get(i)) ? 1 : 0;
          continue;
        }
        visible++;
        Face with = nearest(tracked.get(i), truth);
        Face without = nearest(alone.get(i), truth);
        if (with != null) {
          found++;
          followed += with.getBoxOrigin() == BoxOrigin.BOX_ORIGIN_TRACKED ? 1 : 0;
          switches += identities.add(with.getTrackId()) && identities.size() > 1 ? 1 : 0;
        }
        foundAlone += without != null ? 1 : 0;
        if (with != null && without != null) {
          both++;
          nme += nme(with, truth);
          nmeAlone += nme(without, truth);
        }
      }
    }
    int pictures = faces.size() * (PICTURES - 1);
    System.out.printf(
        "%-15s found %.3f (of them followed %.3f, new identities %d) against %.3f; NME %.4f"
            + " against %.4f; %.2f ms against %.2f ms%n",
        kind,
        found / (double) visible,
        followed / (double) found,
        switches,
        foundAlone / (double) visible,
        nme / both,
        nmeAlone / both,
        micros / pictures / 1000,
        microsAlone / pictures / 1000);
    if (absent > 0) {
      System.out.printf(
          "%-15s of %d pictures without a face: some face in %.3f (score of 0.5 and more in %.3f)"
              + " against %.3f (%.3f)%n",
          "",
          absent,
          invented / (double) absent,
          inventedSure / (double) absent,
          inventedAlone / (double) absent,
          inventedAloneSure / (double) absent);
    }
  }

  private static boolean sure(DetectResponse answer) {
    return answer.getFacesList().stream().anyMatch(face -> face.getScore() >= 0.5);
  }

  private static double micros(DetectResponse answer) {
    return answer.getTimings().getDetectUs() + answer.getTimings().getComputeUs();
  }

  /** The face that is there: overlaps the true one by half. */
  private static @Nullable Face nearest(DetectResponse answer, Landmarks truth) {
    for (Face face : answer.getFacesList()) {
      if (points(face).boundingBox().intersectionOverUnion(truth.boundingBox()) >= 0.5) {
        return face;
      }
    }
    return null;
  }

  private static double nme(Face face, Landmarks truth) {
    return distance(points(face), truth) / truth.distance(36, 45);
  }

  private static double distance(Landmarks a, Landmarks b) {
    double sum = 0;
    for (int m = 0; m < a.count(); m++) {
      sum += Math.hypot(a.x(m) - b.x(m), a.y(m) - b.y(m));
    }
    return sum / a.count();
  }

  private static Landmarks points(Face face) {
    double[] xy = new double[2 * face.getLandmarksCount()];
    for (int m = 0; m < face.getLandmarksCount(); m++) {
      xy[2 * m] = face.getLandmarks(m).getX();
      xy[2 * m + 1] = face.getLandmarks(m).getY();
    }
    return Landmarks.of(xy);
  }

  private List<DetectResponse> ask(List<Frame> video, boolean track)
      throws InterruptedException, ExecutionException {
    Detecting stream = Detecting.open(service.streaming());
    for (int i = 0; i < video.size(); i++) {
      DetectRequest.Builder request =
          DetectRequest.newBuilder()
              .setRawImage(video.get(i).image())
              .setModel(model.getVersion())
              .setTimestampSeconds(FRAME * i);
      request.getOptionsBuilder().setTrack(track);
      stream.send(request.build());
    }
    await().atMost(Duration.ofMinutes(5)).until(() -> stream.answers.size() == video.size());
    return stream.finish();
  }

  /** How steady points are at rest and how they lag in motion, for some settings. */
  private void smooth(List<FaceSample> faces) throws InterruptedException, ExecutionException {
    List<List<Frame>> resting = new ArrayList<>();
    List<List<Frame>> moving = new ArrayList<>();
    List<List<Landmarks>> restingPoints = new ArrayList<>();
    List<List<Landmarks>> movingPoints = new ArrayList<>();
    for (int f = 0; f < faces.size(); f++) {
      collect(video(faces.get(f), Kind.RESTS, f), resting, restingPoints);
      collect(video(faces.get(f), Kind.MOVES, f), moving, movingPoints);
    }
    double jitter = jitter(restingPoints);
    double error = error(moving, movingPoints);
    System.out.printf(
        "not smoothed: jitter at rest %.5f of the face's size, error in motion %.5f%n",
        jitter, error);
    for (double cutoff : new double[] {0.5, 1, 2}) {
      for (double beta : new double[] {0, 1, 3, 10, 20, 30, 60, 100}) {
        Smoothing settings = new Smoothing(cutoff, beta, 1);
        System.out.printf(
            "cutoff %.1f Hz, beta %5.1f: jitter less by %.2f, error in motion x %.3f, lag %.1f ms%n",
            cutoff,
            beta,
            jitter / jitter(smoothed(restingPoints, settings)),
            error(moving, smoothed(movingPoints, settings)) / error,
            1000 * lag(movingPoints, smoothed(movingPoints, settings)));
      }
    }
  }

  private void collect(List<Frame> video, List<List<Frame>> videos, List<List<Landmarks>> points)
      throws InterruptedException, ExecutionException {
    List<Landmarks> found = new ArrayList<>();
    List<DetectResponse> answers = ask(video, true);
    for (int i = 0; i < video.size(); i++) {
      Landmarks truth = video.get(i).truth();
      Face face = truth == null ? null : nearest(answers.get(i), truth);
      if (face == null) {
        // Not one that is followed all the time.
        return;
      }
      found.add(points(face));
    }
    videos.add(video);
    points.add(found);
  }

  private static List<List<Landmarks>> smoothed(List<List<Landmarks>> videos, Smoothing settings) {
    List<List<Landmarks>> all = new ArrayList<>();
    for (List<Landmarks> video : videos) {
      LandmarkFilter filter = new LandmarkFilter(settings, video.get(0), 0);
      List<Landmarks> smooth = new ArrayList<>(List.of(video.get(0)));
      for (int i = 1; i < video.size(); i++) {
        smooth.add(filter.next(video.get(i), FRAME * i));
      }
      all.add(smooth);
    }
    return all;
  }

  /** Mean way of a point from picture to picture, over the face's size. */
  private static double jitter(List<List<Landmarks>> videos) {
    double sum = 0;
    for (List<Landmarks> video : videos) {
      for (int i = PICTURES / 3; i < video.size(); i++) {
        sum += distance(video.get(i), video.get(i - 1)) / video.get(i).boundingBox().diagonal();
      }
    }
    return sum / videos.size() / (PICTURES - PICTURES / 3);
  }

  private static double error(List<List<Frame>> videos, List<List<Landmarks>> points) {
    double sum = 0;
    for (int v = 0; v < videos.size(); v++) {
      for (int i = 0; i < PICTURES; i++) {
        Landmarks truth = videos.get(v).get(i).truth();
        if (truth != null) {
          sum += distance(points.get(v).get(i), truth) / truth.boundingBox().diagonal();
        }
      }
    }
    return sum / videos.size() / PICTURES;
  }

  /** The delay at which smoothed points fit those before smoothing best, seconds. */
  private static double lag(List<List<Landmarks>> raw, List<List<Landmarks>> smooth) {
    double best = Double.POSITIVE_INFINITY;
    double lag = 0;
    for (double delay = 0; delay <= 8; delay += 0.05) {
      double sum = 0;
      for (int v = 0; v < raw.size(); v++) {
        for (int i = 10; i < PICTURES; i++) {
          int at = (int) Math.floor(i - delay);
          double share = i - delay - at;
          sum += distance(between(raw.get(v), at, share), smooth.get(v).get(i));
        }
      }
      if (sum < best) {
        best = sum;
        lag = delay * FRAME;
      }
    }
    return lag;
  }

  private static Landmarks between(List<Landmarks> video, int at, double share) {
    double[] a = video.get(at).toArray();
    double[] b = video.get(Math.min(at + 1, video.size() - 1)).toArray();
    for (int i = 0; i < a.length; i++) {
      a[i] += share * (b[i] - a[i]);
    }
    return Landmarks.of(a);
  }

  private static List<Frame> video(FaceSample sample, Kind kind, int seed) {
    RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(sample.readEncodedPicture());
    BufferedImage picture = image.toBufferedImage();
    Landmarks truth = sample.landmarks();
    double size = 100 / truth.boundingBox().longerSide();
    Random random = new Random(seed);
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      double phase = kind.speed * 2 * Math.PI * 0.4 * FRAME * i;
      AffineTransform place = new AffineTransform();
      place.translate(WIDTH / 2.0 + 55 * Math.sin(phase), HEIGHT / 2.0 + 15 * Math.sin(2 * phase));
      place.rotate(Math.toRadians(12) * Math.sin(1.3 * phase));
      double zoom = size * (1 + 0.2 * Math.sin(0.7 * phase));
      place.scale(zoom, zoom);
      place.translate(-truth.boundingBox().centreX() - 0.5, -truth.boundingBox().centreY() - 0.5);
      boolean face = kind != Kind.CUT_TO_NO_FACE || i < CUT;
      boolean covered = kind == Kind.COVERED && i >= COVERED_FROM && i < COVERED_TO;
      BufferedImage frame = drawn(picture, place, face, covered, seed);
      frames.add(new Frame(raw(frame, random), face ? moved(truth, place) : null));
    }
    return frames;
  }

  private static Landmarks moved(Landmarks truth, AffineTransform place) {
    double[] xy = truth.toArray();
    for (int i = 0; i < xy.length; i++) {
      xy[i] += 0.5;
    }
    place.transform(xy, 0, xy, 0, xy.length / 2);
    for (int i = 0; i < xy.length; i++) {
      xy[i] -= 0.5;
    }
    return Landmarks.of(xy);
  }

  private static BufferedImage drawn(
      BufferedImage picture, AffineTransform place, boolean face, boolean covered, int seed) {
    BufferedImage frame = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = frame.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.setColor(java.awt.Color.GRAY);
    g.fillRect(0, 0, WIDTH, HEIGHT);
    if (face) {
      g.drawImage(picture, place, null);
    } else {
      // A corner of the picture, large: hair, walls, leaves.
      int side = Math.max(8, Math.min(picture.getWidth(), picture.getHeight()) / 5);
      int x = seed % 2 == 0 ? 0 : picture.getWidth() - side;
      int y = seed / 2 % 2 == 0 ? 0 : picture.getHeight() - side;
      g.drawImage(picture, 0, 0, WIDTH, HEIGHT, x, y, x + side, y + side, null);
    }
    if (covered) {
      g.setColor(new java.awt.Color(90, 60, 40));
      g.fillRect(0, 0, WIDTH, HEIGHT);
    }
    g.dispose();
    return frame;
  }

  private static RawImage raw(BufferedImage frame, Random random) {
    byte[] rgb = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int colour = frame.getRGB(i % WIDTH, i / WIDTH);
      for (int c = 0; c < 3; c++) {
        double value = (colour >> (16 - 8 * c) & 0xff) + NOISE * random.nextGaussian();
        rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
      }
    }
    return RawImage.newBuilder()
        .setWidth(WIDTH)
        .setHeight(HEIGHT)
        .setPixels(ByteString.copyFrom(rgb))
        .build();
  }
}
