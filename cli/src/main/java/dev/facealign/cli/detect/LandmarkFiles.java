package dev.facealign.cli.detect;

import com.google.protobuf.ByteString;
import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.PngFile;
import dev.facealign.cli.output.ProtoJson;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.render.LandmarkDrawing;
import dev.facealign.v1.Box;
import dev.facealign.v1.DetectResponse;
import dev.facealign.v1.Face;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what the service found in photos: the upright picture with boxes and points drawn, and the
 * answer as JSON.
 */
final class LandmarkFiles {
  private static final Color POINTS = new Color(0, 230, 118);
  private static final Color BOX = new Color(255, 193, 7);

  private final Path folder;
  // The service's own decoder: points are in the coordinates of the picture it makes.
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  /**
   * @param folder made here where it is missing
   */
  LandmarkFiles(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CommandFailure(
          "--out: " + folder + " (expected: a folder that can be written): " + e, e);
    }
  }

  Path folder() {
    return folder;
  }

  /**
   * Writes NAME.landmarks.png and NAME.json.
   *
   * @param encoded the photo as it was sent
   */
  void write(Photo photo, ByteString encoded, DetectResponse answer) {
    Path picture = folder.resolve(photo.name() + ".landmarks.png");
    try {
      Files.writeString(folder.resolve(photo.name() + ".json"), ProtoJson.pretty(answer) + "\n");
      BufferedImage image = decoder.decode(encoded.toByteArray()).toBufferedImage();
      draw(image, answer);
      PngFile.write(image, picture);
    } catch (IOException e) {
      throw new CommandFailure(picture + ": cannot be written: " + e, e);
    } catch (FaultException e) {
      throw new CommandFailure(photo.file() + ": " + e.getMessage(), e);
    }
  }

  private static void draw(BufferedImage image, DetectResponse answer) {
    for (Face face : answer.getFacesList()) {
      draw(image, face.getBox());
      Landmarks points = FacePoints.of(face);
      // Of a user's own scheme the answer tells the number of points, not what they mean.
      LandmarkScheme scheme =
          LandmarkScheme.shipped(answer.getScheme())
              .orElseGet(() -> LandmarkScheme.unnamed(answer.getScheme(), points.count()));
      new LandmarkDrawing(scheme, POINTS).draw(image, points);
    }
  }

  private static void draw(BufferedImage image, Box box) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    // Java2D has the first pixel's centre at (0.5, 0.5).
    g.translate(0.5, 0.5);
    g.setColor(BOX);
    g.setStroke(
        new BasicStroke((float) Math.max(1, Math.max(box.getWidth(), box.getHeight()) / 200)));
    g.draw(new Rectangle2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight()));
    g.dispose();
  }
}
