package dev.facealign.evaluation.report;

import dev.facealign.crop.CropRegion;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.platform.page.Html;
import dev.facealign.platform.page.LayerSwitches;
import dev.facealign.platform.page.Outline;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.FaceResult;
import java.util.Optional;

/** Faces with their points drawn, and those without an error by their reasons. */
final class FacesSection {

  /** Faces without an error beyond these are only counted. */
  private static final int MOST_INVALID = 500;

  private final Html html;
  private final Evaluation report;
  private final LandmarkScheme scheme;
  private final Truth truth;
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  FacesSection(Html html, Evaluation report, LandmarkScheme scheme, Truth truth) {
    this.html = html;
    this.report = report;
    this.scheme = scheme;
    this.truth = truth;
  }

  void write(ShownFaces faces) {
    if (report.getFacesLeftOut()) {
      html.open("section", "class", "card", "id", "faces")
          .element("h2", "Best, median and worst faces")
          .element(
              "p",
              "Too many faces for a page: facealign.v1.Evaluations.ListFaceResults has them, with"
                  + " what sections above are without.",
              "class",
              "note")
          .close();
      return;
    }
    if (!faces.shown().isEmpty()) {
      gallery(faces);
    }
    invalid();
  }

  private void gallery(ShownFaces faces) {
    html.open("section", "class", "card", "id", "faces")
        .element("h2", "Best, median and worst faces");
    if (truth instanceof Truth.Missing missing) {
      html.open("p", "class", "warning")
          .element("strong", "Predictions alone. ")
          .text("The pictures and true points are not at hand: " + missing.reason())
          .close();
    } else {
      LayerSwitches.write(html);
    }
    html.open("div", "class", "gallery", "id", "gallery");
    for (ShownFaces.Shown face : faces.shown()) {
      face(face);
    }
    html.close().close();
  }

  private void face(ShownFaces.Shown shown) {
    FaceResult result = report.getFaces(shown.place());
    Optional<Landmarks> predicted = predicted(result);
    Optional<FaceSample> sample =
        truth instanceof Truth.Known known
            ? Optional.ofNullable(known.shown().get(shown.place()))
            : Optional.empty();
    Optional<Landmarks> points = sample.map(FaceSample::landmarks).or(() -> predicted);
    if (points.isEmpty()) {
      return;
    }
    CropRegion region;
    try {
      region = FacePicture.region(points.get(), predicted);
    } catch (FaultException withoutExtent) {
      return;
    }
    html.open("figure", "class", shown.why().startsWith("worst") ? "face" : "face special");
    html.open(
        "svg",
        "viewBox",
        "0 0 100 100",
        "role",
        "img",
        "aria-label",
        shown.why() + ": " + result.getFaceId());
    Optional<String> picture = sample.flatMap(face -> FacePicture.jpeg(face, region, decoder));
    picture.ifPresent(
        url ->
            html.shape("image", "class", "picture", "href", url, "width", "100", "height", "100"));
    String bare = picture.isPresent() ? "" : " bare";
    sample.ifPresent(
        face -> {
          double[] xy = inPicture(face.landmarks(), region);
          html.shape("path", "class", "true line" + bare, "d", Outline.path(scheme, xy));
          predicted.ifPresent(
              other ->
                  html.shape(
                      "path",
                      "class",
                      "difference",
                      "d",
                      Outline.differences(xy, inPicture(other, region))));
          html.shape("path", "class", "true points", "d", Outline.dots(xy));
        });
    predicted.ifPresent(
        other -> {
          double[] xy = inPicture(other, region);
          if (sample.isEmpty()) {
            html.shape("path", "class", "predicted line" + bare, "d", Outline.path(scheme, xy));
          }
          html.shape("path", "class", "predicted points", "d", Outline.dots(xy));
        });
    html.close();
    html.open("figcaption")
        .element("b", Words.percent(result.getNme()) + " %")
        .element("span", shown.why(), "class", "why")
        .element("span", result.getFaceId(), "class", "id")
        .close();
    html.close();
  }

  /** As the picture's 100 by 100 units have it. */
  private static double[] inPicture(Landmarks points, CropRegion region) {
    double[] labels = region.toLabels(points);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = 100 * (labels[i] + 0.5);
    }
    return labels;
  }

  private static Optional<Landmarks> predicted(FaceResult result) {
    if (result.getPredictedCount() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        Landmarks.of(result.getPredictedList().stream().mapToDouble(Float::doubleValue).toArray()));
  }

  private void invalid() {
    int count = report.getSubsets(0).getInvalid();
    html.open("section", "class", "card", "id", "invalid").element("h2", "Invalid faces");
    if (count == 0) {
      html.element("p", "None: every face has an error.", "class", "note").close();
      return;
    }
    html.element(
        "p",
        Words.count(count, "face")
            + " without an error, in no mean. Predictions that failed count as failures at every"
            + " threshold.",
        "class",
        "note");
    html.open("div", "class", "scroll tall", "tabindex", "0")
        .open("table")
        .open("thead")
        .open("tr")
        .element("th", "Face", "scope", "col")
        .element("th", "Reason", "scope", "col")
        .close()
        .close()
        .open("tbody");
    report.getFacesList().stream()
        .filter(face -> !face.hasNme())
        .limit(MOST_INVALID)
        .forEach(
            face ->
                html.open("tr")
                    .element("td", face.getFaceId(), "class", "id")
                    .element("td", face.getInvalidReason())
                    .close());
    html.close().close().close();
    if (count > MOST_INVALID) {
      html.element("p", Words.count(count - MOST_INVALID) + " more in the JSON.", "class", "note");
    }
    html.close();
  }
}
