package dev.facealign.dataset.cofw;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an array's elements are.
 *
 * @param name MATLAB's: "uint8", "double", "cell", ...
 * @param bytes of an element
 */
record ElementType(String name, int bytes, ByteOrder order) {
  static final String UINT8 = "uint8";
  static final String SINGLE = "single";
  static final String DOUBLE = "double";

  /** References to other arrays. */
  static final String CELL = "cell";

  private static final int FIXED_POINT = 0;
  private static final int FLOATING_POINT = 1;
  private static final int REFERENCE = 7;

  private static final int REFERENCE_BYTES = 8;

  /**
   * Decodes the type message of a header. Types that nest others are not: none of them is of use
   * here, and they may nest deeply.
   */
  static ElementType of(ByteBuffer message) {
    int kind = message.get(message.position()) & 0xf;
    // The bits after it say, for references, to what.
    int detail = message.get(message.position() + 1) & 0xf;
    int bytes = message.getInt(message.position() + 4);
    if (kind == FIXED_POINT && DataType.readDataType(message) instanceof FixedPoint number) {
      String name = (number.isSigned() ? "int" : "uint") + 8L * bytes;
      return new ElementType(
          number.getBitPrecision() == 8L * bytes ? name : "part of " + name,
          bytes,
          number.getByteOrder());
    }
    if (kind == FLOATING_POINT && DataType.readDataType(message) instanceof FloatingPoint number) {
      return new ElementType(
          switch (bytes) {
            case Float.BYTES -> SINGLE;
            case Double.BYTES -> DOUBLE;
            default -> "float" + 8L * bytes;
          },
          bytes,
          number.getByteOrder());
    }
    if (kind == REFERENCE && detail == 0 && bytes == REFERENCE_BYTES) {
      return new ElementType(CELL, bytes, ByteOrder.LITTLE_ENDIAN);
    }
    return new ElementType("HDF5 type " + kind, bytes, ByteOrder.LITTLE_ENDIAN);
  }

  boolean is(String other) {
    return name.equals(other);
  }
}
