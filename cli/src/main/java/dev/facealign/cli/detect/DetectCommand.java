package dev.facealign.cli.detect;

import com.google.protobuf.ByteString;
import dev.facealign.cli.client.ConnectionOptions;
import dev.facealign.cli.client.SuiteConnection;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.output.Console;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.ProgressLine;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.cli.output.Table;
import dev.facealign.v1.DetectOptions;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Timings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facealign detect}. */
@Command(
    name = "detect",
    header = "Finds the landmarks of faces in photos (JPEG, PNG).",
    description = {
      "",
      "Asks the running suite; where none runs, the model that comes with facealign answers in this process.",
      "",
      "With --out it writes, for each photo, the picture with the points drawn and the service's answer:"
          + " DIR/NAME.landmarks.png and DIR/NAME.json. A photo that cannot be answered is named, and the others go on."
    },
    exitCodeList = {
      "0:every photo was answered, faces or none",
      "1:a photo could not be answered; the others were",
      "2:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  facealign detect photo.jpg --out landmarks",
      "  facealign detect holiday/ --out landmarks --model candidate",
      "  facealign detect face.png --box 120,80,200,240 --json"
    })
public final class DetectCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();

  @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "Photos, and folders of photos.")
  private List<Path> arguments = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write; made where it is missing.")
  private @Nullable Path out;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Alias, version, prefix of a version, or name (default: champion).")
  private String model = "";

  @Option(
      names = "--box",
      paramLabel = "X,Y,W,H",
      description =
          "Where a face is, in pixels, instead of looking for faces; may be repeated; for one photo.")
  private List<String> boxes = new ArrayList<>();

  @Option(names = "--pose", description = "Tell each face's head pose too (scheme 68 only).")
  private boolean pose;

  @Option(names = "--json", description = "Write the answers as JSON, one a line.")
  private boolean json;

  DetectCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Photo> photos = Photo.find(arguments.stream().map(invocation::resolve).toList());
    if (!boxes.isEmpty() && photos.size() != 1) {
      throw new CommandFailure(
          "--box: given with " + photos.size() + " photos (expected: with one)");
    }
    DetectRequest settings =
        DetectRequest.newBuilder()
            .setModel(model)
            .addAllBoxes(boxes.stream().map(BoxArgument::parse).toList())
            .setOptions(DetectOptions.newBuilder().setHeadPose(pose))
            .build();
    LandmarkFiles files = out == null ? null : new LandmarkFiles(invocation.resolve(out));
    Run run = new Run(photos, settings, files);
    // Without a photo that can be read, no service is needed and no model started.
    if (run.hasNext()) {
      try (SuiteConnection connection = connectionOptions.openForLandmarks(invocation);
          ProgressLine line = invocation.console().progress()) {
        run.line = line;
        run.local = connection.isLocal();
        new LandmarkCall(connection).detect(run, run::answered);
      }
    }
    run.report();
    return run.failures == 0 ? 0 : 1;
  }

  /**
   * Requests for photos that can be read, made when they are asked for, and what became of each.
   */
  private final class Run implements Iterator<DetectRequest> {
    private final Iterator<Photo> photos;
    private final int total;
    private final DetectRequest settings;
    private final @Nullable LandmarkFiles files;
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private final Table table = new Table("PHOTO", ">FACES", ">MS", "DETECTOR", "SCORES");
    private final long began = System.nanoTime();
    private @Nullable ProgressLine line;
    private @Nullable Sent upcoming;
    private String version = "";
    private boolean local;
    private int done;
    private int faces;
    private int withoutFaces;
    private int failures;

    /** A photo and its bytes. */
    private record Sent(Photo photo, ByteString encoded) {}

    Run(List<Photo> photos, DetectRequest settings, @Nullable LandmarkFiles files) {
      this.photos = photos.iterator();
      this.total = photos.size();
      this.settings = settings;
      this.files = files;
    }

    @Override
    public boolean hasNext() {
      while (upcoming == null && photos.hasNext()) {
        Photo photo = photos.next();
        try {
          upcoming = new Sent(photo, photo.read());
        } catch (CommandFailure e) {
          failed(photo, e.getMessage());
        }
      }
      return upcoming != null;
    }

    @Override
    public DetectRequest next() {
      if (!hasNext() || upcoming == null) {
        throw new NoSuchElementException();
      }
      Sent sent = upcoming;
      upcoming = null;
      underWay.add(sent);
      return settings.toBuilder().setImage(sent.encoded()).setTag(sent.photo().tag()).build();
    }

    void answered(DetectResponse answer) {
      Sent sent = underWay.remove();
      if (json) {
        invocation.console().print(ProtoJson.line(answer));
      }
      if (answer.hasError()) {
        failed(sent.photo(), sent.photo().file() + ": " + answer.getError().getMessage());
        return;
      }
      version = answer.getModelVersion();
      faces += answer.getFacesCount();
      withoutFaces += answer.getFacesCount() == 0 ? 1 : 0;
      table.row(
          sent.photo().file().toString(),
          Integer.toString(answer.getFacesCount()),
          Figures.decimal(micros(answer.getTimings()) / 1000.0, 1),
          answer.getDetector().isEmpty() ? "box given" : answer.getDetector(),
          FaceNotes.of(answer.getFacesList()));
      if (files != null) {
        try {
          files.write(sent.photo(), sent.encoded(), answer);
        } catch (CommandFailure e) {
          failed(sent.photo(), e.getMessage());
          return;
        }
      }
      step();
    }

    private void failed(Photo photo, String why) {
      failures++;
      invocation.console().say(why);
      table.row(photo.file().toString(), "-", "-", "error", "-");
      step();
    }

    private void step() {
      done++;
      if (line != null) {
        line.update("photos " + ProgressLine.bar((double) done / total) + " " + done + "/" + total);
      }
    }

    private static long micros(Timings timings) {
      return timings.getQueueUs()
          + timings.getDecodeUs()
          + timings.getDetectUs()
          + timings.getComputeUs();
    }

    private String origin() {
      return local ? ", which comes with facealign (no inference-service runs here)" : "";
    }

    void report() {
      Console console = invocation.console();
      if (!json) {
        table.print(console);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      console.say(
          (total - failures)
              + " of "
              + total
              + " photos, "
              + faces
              + " faces in "
              + Figures.decimal(seconds, 1)
              + " s"
              + (version.isEmpty() ? "" : ", model " + Figures.version(version) + origin())
              + (files != null
                  ? ", written to " + files.folder()
                  : faces > 0 ? " (see the points with --out DIR)" : ""));
      if (withoutFaces > 0) {
        console.say(
            "no face was found in "
                + withoutFaces
                + (withoutFaces == 1 ? " photo" : " photos")
                + ": the detector misses profiles, and faces below a 16th of the photo's longer side; say where a face is"
                + " with --box X,Y,W,H");
      }
    }
  }
}
