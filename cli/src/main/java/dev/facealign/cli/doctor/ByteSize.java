package dev.facealign.cli.doctor;

import java.util.Locale;

/** Sizes for people. */
final class ByteSize {
  static final long MEBIBYTE = 1L << 20;
  static final long GIBIBYTE = 1L << 30;

  private ByteSize() {}

  /** Such as "512 MiB" or "15.6 GiB". */
  static String words(long bytes) {
    return bytes < GIBIBYTE
        ? bytes / MEBIBYTE + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIBIBYTE);
  }
}
