package dev.facealign.trainer.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.facealign.image.CropJpeg;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.page.Figures;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.LayerSwitches;
import dev.facealign.platform.page.Outline;
import dev.facealign.v1.SampledFace;
import dev.facealign.v1.SampledPrediction;
import java.util.List;
import java.util.Optional;

/**
 * A few faces held out with their true points and what the network made of them, in any epoch: the
 * newest is drawn, the others stand beside it as numbers.
 */
final class SamplesSection {
  /** Side of a drawing in its own units. */
  private static final int SIDE = 100;

  /** A drawing's unit has so many parts; a point is that exact. */
  private static final int PARTS = 10;

  /** Points farther off are drawn here, in units: out of sight. */
  private static final int FARTHEST = 10 * SIDE;

  private final Html html;
  private final RunSamples samples;
  private final Optional<LandmarkScheme> scheme;

  /**
   * @param samples of at least one epoch
   * @param scheme the points' scheme, where it is known
   */
  SamplesSection(Html html, RunSamples samples, Optional<LandmarkScheme> scheme) {
    this.html = html;
    this.samples = samples;
    this.scheme = scheme;
  }

  void write() {
    List<RunSamples.Epoch> epochs = samples.epochs();
    RunSamples.Epoch newest = epochs.get(epochs.size() - 1);
    String last = Integer.toString(epochs.size() - 1);
    html.open("section", "class", "card", "id", "samples", "data-samples", numbers().toString())
        .element("h2", "Sample predictions")
        .open("p", "class", "slider")
        .open("label", "for", "epoch")
        .text("Epoch ")
        .element("output", Integer.toString(newest.number()), "for", "epoch")
        .close()
        .open("input", "type", "range", "id", "epoch", "min", "0", "max", last, "value", last)
        .close();
    LayerSwitches.write(html);
    html.open("div", "class", "gallery", "id", "gallery");
    for (int i = 0; i < samples.faces().size(); i++) {
      face(samples.faces().get(i), newest.predictions().get(i));
    }
    html.close()
        .element(
            "p",
            "Faces held out, the same ones in every epoch; the crop as the network sees it, and the"
                + " errors of these faces alone. Nothing was trained on them, but the best epoch is"
                + " chosen by all faces held out.",
            "class",
            "note")
        .close();
  }

  private void face(SampledFace face, SampledPrediction prediction) {
    double[] truth = drawn(face.getPointsList());
    double[] predicted = drawn(prediction.getPointsList());
    html.open("figure", "class", "face");
    html.open("svg", "viewBox", "0 0 " + SIDE + " " + SIDE, "role", "img")
        .element("title", face.getFaceId());
    String side = Integer.toString(SIDE);
    html.shape(
        "image",
        "class",
        "picture",
        "href",
        CropJpeg.url(face.getJpeg().toByteArray()),
        "width",
        side,
        "height",
        side);
    scheme
        .filter(known -> 2 * known.count() == truth.length)
        .ifPresent(
            known -> html.shape("path", "class", "true line", "d", Outline.path(known, truth)));
    html.shape("path", "class", "difference", "d", Outline.differences(truth, predicted));
    html.shape("path", "class", "true points", "d", Outline.dots(truth));
    html.shape("path", "class", "predicted points", "d", Outline.dots(predicted));
    html.close();
    html.open("figcaption")
        .element("b", Figures.number(100 * prediction.getNme(), 2) + " %")
        .element("span", face.getFaceId(), "class", "id")
        .close()
        .close();
  }

  /**
   * {@code {"parts": 10, "epochs": [...], "faces": [{"truth": [...], "epochs": [{"nme": "4.25",
   * "points": [...]}, ...]}, ...]}}.
   */
  private JsonObject numbers() {
    JsonObject all = new JsonObject();
    all.addProperty("parts", PARTS);
    JsonArray epochs = new JsonArray();
    samples.epochs().forEach(epoch -> epochs.add(epoch.number()));
    all.add("epochs", epochs);
    JsonArray faces = new JsonArray();
    for (int i = 0; i < samples.faces().size(); i++) {
      JsonObject face = new JsonObject();
      face.add("truth", parts(samples.faces().get(i).getPointsList()));
      JsonArray each = new JsonArray();
      for (RunSamples.Epoch epoch : samples.epochs()) {
        SampledPrediction prediction = epoch.predictions().get(i);
        JsonObject one = new JsonObject();
        one.addProperty("nme", Figures.number(100 * prediction.getNme(), 2));
        one.add("points", parts(prediction.getPointsList()));
        each.add(one);
      }
      face.add("epochs", each);
      faces.add(face);
    }
    all.add("faces", faces);
    return all;
  }

  private static JsonArray parts(List<Float> shares) {
    JsonArray parts = new JsonArray();
    for (double number : drawn(shares)) {
      parts.add(Math.round(PARTS * number));
    }
    return parts;
  }

  /** In the drawing's units; where a number is none, far away. */
  private static double[] drawn(List<Float> shares) {
    return shares.stream()
        .mapToDouble(share -> Float.isFinite(share) ? SIDE * share : FARTHEST)
        .map(number -> Math.max(-FARTHEST, Math.min(FARTHEST, number)))
        .toArray();
  }
}
