package dev.facealign.dataset.crops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of numbers in a .npy file.
 *
 * @param kind 'f' floating point, 'i' and 'u' integers with and without a sign
 * @param bytes of a number
 */
record NpyElement(char kind, int bytes, ByteOrder order) {
  private static final Pattern DESCR = Pattern.compile("([<>|])(f[248]|[iu][1248])");

  /** The type of a description such as "&lt;f8"; empty for all that are no real numbers. */
  static Optional<NpyElement> of(String descr) {
    Matcher type = DESCR.matcher(descr);
    if (!type.matches()) {
      return Optional.empty();
    }
    char order = type.group(1).charAt(0);
    char kind = type.group(2).charAt(0);
    int bytes = type.group(2).charAt(1) - '0';
    // Only single bytes have no order.
    if ((order == '|') != (bytes == 1)) {
      return Optional.empty();
    }
    return Optional.of(
        new NpyElement(kind, bytes, order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
  }

  /** The next number of a buffer in this type's order. */
  double next(ByteBuffer numbers) {
    return switch (kind) {
      case 'f' ->
          switch (bytes) {
            case Short.BYTES -> half(numbers.getShort());
            case Float.BYTES -> numbers.getFloat();
            default -> numbers.getDouble();
          };
      case 'i' ->
          switch (bytes) {
            case Byte.BYTES -> numbers.get();
            case Short.BYTES -> numbers.getShort();
            case Integer.BYTES -> numbers.getInt();
            default -> numbers.getLong();
          };
      default ->
          switch (bytes) {
            case Byte.BYTES -> Byte.toUnsignedInt(numbers.get());
            case Short.BYTES -> Short.toUnsignedInt(numbers.getShort());
            case Integer.BYTES -> Integer.toUnsignedLong(numbers.getInt());
            default -> unsigned(numbers.getLong());
          };
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : 2.0 * (bits >>> 1);
  }

  /** IEEE 754 half precision: a sign, 5 bits of exponent, 10 of fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double magnitude =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (0x400 | fraction), exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
