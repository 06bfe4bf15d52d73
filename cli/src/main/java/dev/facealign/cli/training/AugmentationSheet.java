package dev.facealign.cli.training;

import dev.facealign.augment.Augmentation;
import dev.facealign.augment.AugmentationSpec;
import dev.facealign.augment.AugmentationSpec.Change;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.RandomStreams;
import dev.facealign.crop.CropPolicy;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.render.LandmarkDrawing;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Faces under each random change of training, a row a change. */
final class AugmentationSheet {
  private static final Color POINTS = new Color(0, 230, 118);
  private static final Color TEXT = new Color(235, 235, 235);
  private static final Color QUIET = new Color(160, 164, 172);
  private static final Color BACKGROUND = new Color(24, 26, 30);
  private static final int GAP_PX = 4;
  private static final int LABEL_PX = 200;

  /** Strengths that show what a job has switched off unless it says otherwise. */
  private static final AugmentationSpec SHOWN =
      AugmentationSpec.DEFAULT
          .with(Change.FLIP, 1)
          .with(Change.OCCLUSION, 1)
          .with(Change.BOX_JITTER, 0.15)
          .with(Change.GAMMA, 1)
          .with(Change.BLUR, 0.02)
          .with(Change.NOISE, 0.15);

  private record Row(String name, String strength, AugmentationSpec spec) {}

  private final LandmarkScheme scheme;
  private final CropPolicy cropPolicy;
  private final CropCache crops;
  private final int draws;
  private final RandomStreams random;

  AugmentationSheet(
      LandmarkScheme scheme,
      CropPolicy cropPolicy,
      CropCache crops,
      int draws,
      RandomStreams random) {
    this.scheme = scheme;
    this.cropPolicy = cropPolicy;
    this.crops = crops;
    this.draws = draws;
    this.random = random;
  }

  /** What is drawn, from the top. */
  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("as it is", "", AugmentationSpec.NONE));
    for (Change change : Change.values()) {
      double strength = SHOWN.strength(change);
      String name = change.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      String off = AugmentationSpec.DEFAULT.strength(change) == 0 ? ", off by default" : "";
      rows.add(
          new Row(
              name, words(change, strength) + off, AugmentationSpec.NONE.with(change, strength)));
    }
    rows.add(new Row("a job's defaults", "", AugmentationSpec.DEFAULT));
    rows.add(
        new Row(
            "all together",
            "",
            SHOWN
                .with(Change.FLIP, AugmentationSpec.DEFAULT.flipProbability())
                .with(Change.OCCLUSION, AugmentationSpec.DEFAULT.occlusionProbability())));
    return rows;
  }

  private static String words(Change change, double strength) {
    return switch (change) {
      case FLIP, OCCLUSION -> "always";
      case ROTATION -> String.format(Locale.ROOT, "up to %.0f degrees", strength);
      default -> "up to " + strength;
    };
  }

  /** The sheet, TYPE_INT_RGB. */
  BufferedImage draw() {
    List<Row> rows = rows();
    int columns = crops.size() * draws;
    int pitch = crops.sizePx() + GAP_PX;
    BufferedImage sheet =
        new BufferedImage(
            LABEL_PX + columns * pitch, rows.size() * pitch, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(BACKGROUND);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int r = 0; r < rows.size(); r++) {
      Row row = rows.get(r);
      g.setColor(TEXT);
      g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
      g.drawString(row.name(), 8, r * pitch + 24);
      g.setColor(QUIET);
      g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
      g.drawString(row.strength(), 8, r * pitch + 42);
      Augmentation augmentation = new Augmentation(row.spec(), scheme, cropPolicy, crops.sizePx());
      for (int c = 0; c < columns; c++) {
        g.drawImage(
            cell(augmentation, c / draws, c % draws), LABEL_PX + c * pitch, r * pitch, null);
      }
    }
    g.dispose();
    return sheet;
  }

  /** A face as it comes to the network in one epoch. */
  private BufferedImage cell(Augmentation augmentation, int face, int epoch) {
    int size = crops.sizePx();
    float[] pixels = new float[3 * size * size];
    double[] labels = new double[2 * scheme.count()];
    augmentation.apply(
        crops.face(face), crops.context(face), random.face(epoch + 1, face), pixels, labels);
    BufferedImage cell = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    int area = size * size;
    for (int i = 0; i < area; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | Math.round(255 * pixels[c * area + i]);
      }
      cell.setRGB(i % size, i / size, rgb);
    }
    double[] points = new double[labels.length];
    for (int i = 0; i < points.length; i++) {
      points[i] = (labels[i] + 0.5) * size - 0.5;
    }
    new LandmarkDrawing(scheme, POINTS).draw(cell, Landmarks.of(points));
    return cell;
  }
}
