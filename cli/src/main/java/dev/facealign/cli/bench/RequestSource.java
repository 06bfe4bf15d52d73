package dev.facealign.cli.bench;

import com.google.protobuf.ByteString;
import dev.facealign.cli.detect.BoxArgument;
import dev.facealign.cli.detect.Photo;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.render.FaceRenderer;
import dev.facealign.render.RenderedFace;
import dev.facealign.v1.DetectRequest;
import dev.facealign.v1.PixelFormat;
import dev.facealign.v1.RawImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Options that say what is sent, and the requests they mean; all in memory before the first goes.
 */
final class RequestSource {
  private static final Pattern SIZE = Pattern.compile("(\\d{2,5})x(\\d{2,5})");
  private static final int RENDERED = 16;
  private static final long MOST_BYTES = 1L << 30;
  private static final int SMALLEST_RAW_PX = 16;
  private static final int LARGEST_RAW_PX = 1024;

  @ArgGroup(validate = false, heading = "%nWhat is sent:%n")
  private Choices choices = new Choices();

  /** The options. */
  private static final class Choices {
    @Parameters(
        arity = "0..*",
        paramLabel = "PICTURE",
        description =
            "Pictures (JPEG, PNG) and folders of them, sent in turn. Without any, faces are drawn.")
    List<Path> pictures = new ArrayList<>();

    @Option(
        names = "--size",
        paramLabel = "WxH",
        description = "Size of the pictures that are drawn (default: ${DEFAULT-VALUE}).")
    String size = "640x480";

    @Option(
        names = "--box",
        paramLabel = "X,Y,W,H",
        description =
            "Where the face is in every picture that is given. Without it, the service looks for faces in them; where"
                + " faces of drawn pictures are, is known.")
    @Nullable String box;

    @Option(
        names = "--find",
        description = "Drawn pictures: send no box, so that the service looks for the face.")
    boolean find;

    @Option(
        names = "--raw",
        paramLabel = "SIDE",
        description =
            "Send decoded crops of SIDE x SIDE pixels instead of files: what is left then is the network and the"
                + " transport. SIDE: the model's input, such as 112.")
    @Nullable Integer raw;

    @Option(
        names = "--model",
        paramLabel = "MODEL",
        description = "Alias, version, prefix of a version, or name (default: champion).")
    String model = "";
  }

  /**
   * The requests, at least one.
   *
   * @throws CommandFailure an option does not fit, or a picture cannot be used
   */
  List<DetectRequest> requests(Invocation invocation) {
    Integer side = choices.raw;
    if (side != null && (side < SMALLEST_RAW_PX || side > LARGEST_RAW_PX)) {
      throw new CommandFailure(
          "--raw: %d (expected: %d to %d)".formatted(side, SMALLEST_RAW_PX, LARGEST_RAW_PX));
    }
    if (choices.find && (side != null || choices.box != null || !choices.pictures.isEmpty())) {
      throw new CommandFailure(
          "--find: given with %s (expected: with drawn pictures, sent as files)"
              .formatted(side != null ? "--raw" : choices.box != null ? "--box" : "pictures"));
    }
    return choices.pictures.isEmpty() ? drawn() : given(invocation);
  }

  /** What is sent, in a few words. */
  String words() {
    String pictures =
        choices.pictures.isEmpty() ? "drawn pictures of " + choices.size : "given pictures";
    if (choices.raw != null) {
      return "raw crops of %d x %d from %s".formatted(choices.raw, choices.raw, pictures);
    }
    boolean boxed = choices.pictures.isEmpty() ? !choices.find : choices.box != null;
    return pictures + (boxed ? ", box given" : ", faces to be found");
  }

  private List<DetectRequest> drawn() {
    if (choices.box != null) {
      throw new CommandFailure("--box: given without pictures (expected: with pictures)");
    }
    Matcher size = SIZE.matcher(choices.size);
    if (!size.matches()) {
      throw new CommandFailure(
          "--size: " + choices.size + " (expected: WIDTHxHEIGHT, such as 640x480)");
    }
    int width = Integer.parseInt(size.group(1));
    int height = Integer.parseInt(size.group(2));
    int face = Math.min(width, height);
    if (face < 64 || Math.max(width, height) > 8192) {
      throw new CommandFailure("--size: " + choices.size + " (expected: sides of 64 to 8192)");
    }
    List<DetectRequest> requests = new ArrayList<>();
    for (int seed = 1; seed <= RENDERED; seed++) {
      RenderedFace rendered = new FaceRenderer().render(seed, face);
      int left = (width - face) / 2;
      int top = (height - face) / 2;
      Box tight = rendered.landmarks().boundingBox();
      Box box = new Box(tight.x() + left, tight.y() + top, tight.width(), tight.height());
      BufferedImage image = laidOn(rendered.image(), width, height, left, top);
      requests.add(
          choices.raw == null
              ? request(jpeg(image), choices.find ? null : box)
              : rawRequest(RgbImage.of(image), box, choices.raw));
    }
    return requests;
  }

  private static BufferedImage laidOn(
      BufferedImage face, int width, int height, int left, int top) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, width, height);
    graphics.drawImage(face, left, top, null);
    graphics.dispose();
    return image;
  }

  private static ByteString jpeg(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpg", bytes);
    } catch (IOException e) {
      throw new IllegalStateException("a picture in memory cannot be written as JPEG", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private List<DetectRequest> given(Invocation invocation) {
    Box box = choices.box == null ? null : domain(BoxArgument.parse(choices.box));
    if (choices.raw != null && box == null) {
      throw new CommandFailure("--raw: given with pictures without a box (expected: with --box)");
    }
    List<DetectRequest> requests = new ArrayList<>();
    long bytes = 0;
    for (Photo photo : Photo.find(choices.pictures.stream().map(invocation::resolve).toList())) {
      ByteString encoded = photo.read();
      DetectRequest request =
          choices.raw == null || box == null
              ? request(encoded, box)
              : rawRequest(decoded(photo, encoded), box, choices.raw);
      bytes += request.getSerializedSize();
      if (bytes > MOST_BYTES) {
        throw new CommandFailure(
            "pictures: more than %d MiB (expected: fewer, they are all kept in memory)"
                .formatted(MOST_BYTES >> 20));
      }
      requests.add(request);
    }
    return requests;
  }

  private static RgbImage decoded(Photo photo, ByteString encoded) {
    try {
      return new ImageDecoder(ImageLimits.DEFAULT).decode(encoded.toByteArray());
    } catch (FaultException e) {
      throw new CommandFailure(photo.file() + ": " + e.getMessage(), e);
    }
  }

  private DetectRequest request(ByteString encoded, @Nullable Box box) {
    DetectRequest.Builder request =
        DetectRequest.newBuilder().setModel(choices.model).setImage(encoded);
    if (box != null) {
      request.addBoxes(proto(box));
    }
    return request.build();
  }

  /** The crop that the service would make, with the box where it is then. */
  private DetectRequest rawRequest(RgbImage image, Box box, int side) {
    CropRegion region = CropPolicy.SQUARE_V1.region(box);
    float[] chw = new float[3 * side * side];
    CropSampler.sample(image, region.cropToImage(side), side, chw, 0);
    byte[] rgb = new byte[chw.length];
    int plane = side * side;
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(255 * chw[c * plane + i]);
      }
    }
    double scale = side / region.width();
    // The first pixel's centre is (0, 0): its left edge lies at -0.5.
    double x = (box.x() - (region.centreX() - region.width() / 2)) * scale - 0.5;
    double y = (box.y() - (region.centreY() - region.height() / 2)) * scale - 0.5;
    return DetectRequest.newBuilder()
        .setModel(choices.model)
        .setRawImage(
            RawImage.newBuilder()
                .setWidth(side)
                .setHeight(side)
                .setFormat(PixelFormat.PIXEL_FORMAT_RGB8)
                .setPixels(ByteString.copyFrom(rgb)))
        .addBoxes(proto(new Box(x, y, box.width() * scale, box.height() * scale)))
        .build();
  }

  private static dev.facealign.v1.Box proto(Box box) {
    return dev.facealign.v1.Box.newBuilder()
        .setX(box.x())
        .setY(box.y())
        .setWidth(box.width())
        .setHeight(box.height())
        .build();
  }

  private static Box domain(dev.facealign.v1.Box box) {
    return new Box(box.getX(), box.getY(), box.getWidth(), box.getHeight());
  }
}
