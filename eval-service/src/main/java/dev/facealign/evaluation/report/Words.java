package dev.facealign.evaluation.report;

import dev.facealign.platform.page.Figures;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Interval;
import dev.facealign.v1.Normaliser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How figures and settings are written for people. */
final class Words {

  /** Where there is no figure. */
  static final String NONE = Figures.NONE;

  private static final int SHORT_VERSION = 12;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Words() {}

  /** A fraction as per cent with two decimals, without the sign. */
  static String percent(double fraction) {
    return number(100 * fraction, 2);
  }

  static String number(double value, int decimals) {
    return Figures.number(value, decimals);
  }

  static String count(long number) {
    return Figures.count(number);
  }

  /** "554 faces", "1 face". */
  static String count(long number, String one) {
    return count(number) + " " + one + (number == 1 ? "" : "s");
  }

  /** An interval of fractions as per cent. */
  static String percent(Interval interval) {
    return percent(interval.getLow()) + "\u2009\u2013\u2009" + percent(interval.getHigh());
  }

  static String interval(Interval interval, int decimals) {
    return number(interval.getLow(), decimals)
        + "\u2009\u2013\u2009"
        + number(interval.getHigh(), decimals);
  }

  /** A number for SVG. */
  static String px(double value) {
    return Figures.px(value);
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** "mobilenet-v2-68 0123456789ab", or the version alone where no name is known. */
  static String model(Evaluation report) {
    String version = version(report.getModelVersion());
    return report.getModelName().isEmpty() ? version : report.getModelName() + " " + version;
  }

  /** The first digits of a version. */
  static String version(String whole) {
    return whole.substring(0, Math.min(SHORT_VERSION, whole.length()));
  }

  /** "300w, common". */
  static String dataset(Evaluation report) {
    DatasetRef dataset = report.getDataset().getDataset();
    return dataset.getName() + ", " + dataset.getSplit();
  }

  /** "330 of 554 faces" of a split that is not whole. */
  static String partial(Evaluation report) {
    return count(report.getDataset().getFaces())
        + " of "
        + count(report.getDataset().getExpectedFaces())
        + " faces";
  }

  static String boxes(BoxSource source) {
    return switch (source) {
      case BOX_SOURCE_GROUND_TRUTH -> "the true landmarks\u2019 boxes";
      case BOX_SOURCE_GIVEN -> "the annotation\u2019s boxes";
      case BOX_SOURCE_JITTERED -> "the true landmarks\u2019 boxes, jittered";
      case BOX_SOURCE_DETECTOR -> "the detector\u2019s boxes";
      default -> "not known";
    };
  }

  /** What errors are divided by. */
  static String length(Normaliser normaliser) {
    return switch (normaliser) {
      case NORMALISER_INTER_OCULAR -> "distance of the outer eye corners (inter-ocular)";
      case NORMALISER_INTER_PUPIL -> "distance of the pupils (inter-pupil)";
      case NORMALISER_BOX_DIAGONAL -> "diagonal of the points\u2019 box";
      default -> "the scheme\u2019s length";
    };
  }

  /** "% of inter-ocular distance". */
  static String unit(Normaliser normaliser) {
    return switch (normaliser) {
      case NORMALISER_INTER_OCULAR -> "% of the inter-ocular distance";
      case NORMALISER_INTER_PUPIL -> "% of the inter-pupil distance";
      case NORMALISER_BOX_DIAGONAL -> "% of the box\u2019s diagonal";
      default -> "%";
    };
  }
}
