package dev.facealign.cli.output;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers, times and versions as people read them. */
public final class Figures {
  private static final int VERSION_DIGITS = 12;

  private Figures() {}

  /** A fraction as percent: {@code 7.1 %}; "-" where it is not a number. */
  public static String percent(double fraction, int decimals) {
    return Double.isFinite(fraction) ? decimal(fraction * 100, decimals) + " %" : "-";
  }

  /** A number with so many decimals; "-" where it is not a number. */
  public static String decimal(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "-";
  }

  /** A number with so many significant digits, for quantities of any size. */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    if (value == 0) {
      return "0";
    }
    int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
    int decimals = digits - 1 - magnitude;
    return decimals > 8 || magnitude > 8
        ? String.format(Locale.ROOT, "%." + (digits - 1) + "e", value)
        : decimal(value, Math.max(0, decimals));
  }

  /** A span of time: {@code 0.4s}, {@code 12.3s}, {@code 2m10s}, {@code 1h02m}. */
  public static String span(Duration span) {
    long seconds = span.plusMillis(500).toSeconds();
    if (span.compareTo(Duration.ofSeconds(60)) < 0 && seconds < 60) {
      return decimal(span.toMillis() / 1000.0, 1) + "s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60);
  }

  /** Whole seconds of a span that is only an estimate: {@code 9s}, {@code 2m10s}. */
  public static String roughSpan(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    return whole < 60 ? whole + "s" : span(Duration.ofSeconds(whole));
  }

  /** The first digits of a version, enough to name it. */
  public static String version(String version) {
    return version.length() <= VERSION_DIGITS ? version : version.substring(0, VERSION_DIGITS);
  }

  /** A moment in the local time zone to the second; "-" where it is not set. */
  public static String moment(Timestamp timestamp) {
    if (timestamp.equals(Timestamp.getDefaultInstance())) {
      return "-";
    }
    return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
        .withZone(ZoneId.systemDefault())
        .format(Instant.ofEpochSecond(timestamp.getSeconds()).truncatedTo(ChronoUnit.SECONDS));
  }

  /** An enum's value without its prefix: {@code JOB_STATE_RUNNING} is "running". */
  public static String word(Enum<?> value, String prefix) {
    String name = value.name();
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return bare.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
