package dev.facealign.cli.evaluate;

import dev.facealign.cli.output.Figures;
import dev.facealign.cli.output.Table;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.CertaintyFigures;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.ErrorRejection;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Normaliser;
import dev.facealign.v1.PromotionDecision;
import dev.facealign.v1.SubsetIntervals;
import dev.facealign.v1.SubsetMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A report as a table with what one must know to read it. */
public final class ReportLines {
  /** Between the shares of rejected faces that a report lists, from 0. */
  private static final int REJECTED_STEP_PERCENT = 5;

  private static final int[] REJECTED_PERCENTS = {10, 20, 50};

  private ReportLines() {}

  /** The report's lines. */
  public static List<String> of(Evaluation report) {
    List<String> lines = new ArrayList<>();
    DatasetFingerprint dataset = report.getDataset();
    lines.add(
        "model "
            + Figures.version(report.getModelVersion())
            + " on "
            + dataset.getDataset().getName()
            + "/"
            + dataset.getDataset().getSplit()
            + (report.getProtocol().isEmpty() ? "" : " (" + report.getProtocol() + ")")
            + ", "
            + boxes(report.getBoxSource())
            + ", "
            + Figures.decimal(report.getFacesPerSecond(), 1)
            + " faces/s");
    Table table =
        new Table(
            "FACES OF",
            ">FACES",
            ">INVALID",
            ">NME",
            ">INTER-OCULAR",
            ">INTER-PUPIL",
            ">BOX DIAG",
            ">FR@8%",
            ">FR@10%",
            ">AUC@8%",
            ">AUC@10%",
            ">AUC_FARD2022");
    for (SubsetMetrics subset : report.getSubsetsList()) {
      table.row(
          subset.getName(),
          faces(subset),
          Integer.toString(subset.getInvalid()),
          Figures.percent(subset.getNme(), 2),
          subset.hasNmeInterOcular() ? Figures.percent(subset.getNmeInterOcular(), 2) : "-",
          subset.hasNmeInterPupil() ? Figures.percent(subset.getNmeInterPupil(), 2) : "-",
          Figures.percent(subset.getNmeBoxDiagonal(), 2),
          Figures.percent(subset.getFrAt008(), 2),
          Figures.percent(subset.getFrAt010(), 2),
          Figures.decimal(subset.getAucAt008(), 4),
          Figures.decimal(subset.getAucAt010(), 4),
          Figures.decimal(subset.getAucFard2022(), 4));
    }
    lines.addAll(table.lines());
    SubsetIntervals sure =
        report.getSubsetsCount() == 0
            ? SubsetIntervals.getDefaultInstance()
            : report.getSubsets(0).getIntervals();
    if (sure.hasNme()) {
      lines.add(
          "95 %% intervals over the faces: NME %s to %s, FR@10%% %s to %s, AUC@10%% %s to %s."
              .formatted(
                  Figures.percent(sure.getNme().getLow(), 2),
                  Figures.percent(sure.getNme().getHigh(), 2),
                  Figures.percent(sure.getFrAt010().getLow(), 2),
                  Figures.percent(sure.getFrAt010().getHigh(), 2),
                  Figures.decimal(sure.getAucAt010().getLow(), 4),
                  Figures.decimal(sure.getAucAt010().getHigh(), 4)));
    }
    lines.add(
        "NME, FR and AUC by the "
            + normaliser(report.getNormaliser())
            + " unless a column says otherwise.");
    if (report.hasCertainty()) {
      SubsetMetrics all = report.getSubsets(0);
      lines.addAll(certainty(report.getCertainty(), all.getFaces() - all.getInvalid()));
    }
    BoxSource trained = report.getTrainedBoxSource();
    if (trained != BoxSource.BOX_SOURCE_UNSPECIFIED && trained != report.getBoxSource()) {
      lines.add("the model was trained with " + boxes(trained) + ", which would suit it better");
    }
    if (report.getPartial()) {
      lines.add(
          "partial: "
              + dataset.getFaces()
              + " of "
              + dataset.getExpectedFaces()
              + " faces; do not compare with published numbers");
    }
    if (report.hasPromotion()) {
      PromotionDecision decision = report.getPromotion();
      lines.add((decision.getPromoted() ? "promoted: " : "not promoted: ") + decision.getReason());
    }
    return lines;
  }

  /** "224/554" where some are missing. */
  private static String faces(SubsetMetrics subset) {
    return subset.getExpectedFaces() > subset.getFaces()
        ? subset.getFaces() + "/" + subset.getExpectedFaces()
        : Integer.toString(subset.getFaces());
  }

  private static List<String> certainty(CertaintyFigures certainty, int validFaces) {
    ErrorRejection rejection = certainty.getRejection();
    return List.of(
        "certainty"
            + over(certainty, validFaces)
            + ": points were expected to be "
            + Figures.percent(certainty.getMeanExpectedError(), 2)
            + " off and were "
            + Figures.percent(certainty.getMeanError(), 2)
            + " off; calibration error "
            + Figures.percent(certainty.getCalibrationError(), 2)
            + " (of the box's diagonal)",
        "rank correlation of expected with true error: "
            + Figures.decimal(certainty.getPointRankCorrelation(), 3)
            + " over points, "
            + Figures.decimal(certainty.getFaceRankCorrelation(), 3)
            + " over faces",
        "the most uncertain faces rejected: NME "
            + IntStream.of(REJECTED_PERCENTS)
                .filter(percent -> percent / REJECTED_STEP_PERCENT < rejection.getNmeOfKeptCount())
                .mapToObj(
                    percent ->
                        Figures.percent(rejection.getNmeOfKept(percent / REJECTED_STEP_PERCENT), 2)
                            + " after "
                            + percent
                            + " %"
                            + limit(rejection, percent / REJECTED_STEP_PERCENT)
                            + ", ")
                .collect(Collectors.joining())
            + "area "
            + Figures.percent(rejection.getArea(), 2)
            + " (oracle "
            + Figures.percent(rejection.getAreaOfOracle(), 2)
            + ", chance "
            + Figures.percent(rejection.getAreaOfChance(), 2)
            + ")");
  }

  /** Reports made before their faces were counted say 0. */
  private static String over(CertaintyFigures certainty, int validFaces) {
    return certainty.getFaces() == 0 || certainty.getFaces() == validFaces
        ? ""
        : ", of " + certainty.getFaces() + " of " + validFaces + " valid faces";
  }

  /** Reports made before limits were written have none. */
  private static String limit(ErrorRejection rejection, int entry) {
    return entry < rejection.getLimitCount()
        ? " (limit " + Figures.percent(rejection.getLimit(entry), 2) + ")"
        : "";
  }

  private static String boxes(BoxSource source) {
    return switch (source) {
      case BOX_SOURCE_DETECTOR -> "detector's boxes";
      case BOX_SOURCE_GIVEN -> "the annotation's boxes";
      case BOX_SOURCE_JITTERED -> "jittered ground-truth boxes";
      default -> "ground-truth boxes";
    };
  }

  private static String normaliser(Normaliser normaliser) {
    return switch (normaliser) {
      case NORMALISER_INTER_PUPIL -> "pupils' distance";
      case NORMALISER_BOX_DIAGONAL -> "diagonal of the true points' box";
      default -> "outer eye corners' distance";
    };
  }
}
