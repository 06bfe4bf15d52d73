package dev.facealign.dataset.cofw;

import io.jhdf.Constants;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ChunkedDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.CompactDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpace;
import io.jhdf.object.message.FilterPipelineMessage;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An array of a MATLAB file: its header, and its data on demand. HDF5 counts indices the other way
 * round: an image of height x width x 3 has the sizes 3, width, height here, and its last index
 * runs fastest.
 */
final class MatArray {
  private static final int MOST_INDICES = 8;

  private final BoundedStorage storage;
  private final Place place;
  private final int[] sizes;
  private final ElementType type;
  private final DataLayoutMessage layout;
  private final List<Filter> filters;

  private MatArray(BoundedStorage storage, ObjectHeader header, Place place) {
    this.storage = storage;
    this.place = place;
    sizes =
        DataSpace.readDataSpace(
                header.only(ObjectHeader.DATA_SPACE, "sizes"), storage.getSuperblock())
            .getDimensions();
    if (sizes.length > MOST_INDICES) {
      throw new HdfException(sizes.length + " indices");
    }
    type = ElementType.of(header.only(ObjectHeader.DATA_TYPE, "type"));
    layout =
        DataLayoutMessage.createDataLayoutMessage(
            header.only(ObjectHeader.DATA_LAYOUT, "layout"), storage.getSuperblock(), new BitSet());
    filters =
        header
            .find(ObjectHeader.FILTERS, "filters")
            .map(message -> Filter.of(new FilterPipelineMessage(message, new BitSet())))
            .orElse(List.of());
  }

  /** Reads the header at an address, not the data. */
  static MatArray read(BoundedStorage storage, long address, Place place) {
    return place.decode(() -> new MatArray(storage, ObjectHeader.read(storage, address), place));
  }

  /** Sizes in HDF5's order, which is the reverse of MATLAB's. Not to be written to. */
  int[] sizes() {
    return sizes;
  }

  ElementType type() {
    return type;
  }

  Place place() {
    return place;
  }

  /** As MATLAB says it, such as "150 x 87 double". */
  @Override
  public String toString() {
    String shape =
        IntStream.rangeClosed(1, sizes.length)
            .mapToObj(i -> Integer.toString(sizes[sizes.length - i]))
            .collect(Collectors.joining(" x "));
    return (shape + " " + type.name()).strip();
  }

  /** The elements of a single or double array, the last index fastest. */
  double[] numbers() {
    ByteBuffer bytes = bytes();
    double[] numbers = new double[bytes.remaining() / type.bytes()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = type.bytes() == Float.BYTES ? bytes.getFloat() : bytes.getDouble();
    }
    return numbers;
  }

  /** The addresses in a cell array; 0 stands for none. */
  long[] references() {
    ByteBuffer bytes = bytes();
    long[] references = new long[bytes.remaining() / type.bytes()];
    bytes.asLongBuffer().get(references);
    return references;
  }

  private ByteBuffer bytes() {
    int[] steps = new int[sizes.length];
    int step = type.bytes();
    for (int i = sizes.length - 1; i >= 0; i--) {
      steps[i] = step;
      step = Math.multiplyExact(step, sizes[i]);
    }
    return ByteBuffer.wrap(scatter(step, steps)).order(type.order());
  }

  /**
   * Reads the data into a new array of bytes.
   *
   * @param length of the new array
   * @param steps for each index, how far apart neighbours come to lie there
   */
  byte[] scatter(int length, int[] steps) {
    return place.decode(
        () -> {
          // Found first: an array that the file does not hold is not allocated either.
          ArrayData data = data();
          byte[] bytes = new byte[length];
          data.read(new Scattering(sizes, type.bytes(), bytes, steps));
          return bytes;
        });
  }

  private ArrayData data() {
    int elementBytes = type.bytes();
    if (layout instanceof CompactDataLayoutMessage compact) {
      return new CompactData(sizes, elementBytes, compact.getDataBuffer());
    }
    if (layout instanceof ContiguousDataLayoutMessage contiguous) {
      requireWritten(contiguous.getAddress());
      return new ContiguousData(storage, contiguous.getAddress(), sizes, elementBytes);
    }
    if (layout instanceof ChunkedDataLayoutMessage chunked) {
      requireWritten(chunked.getBTreeAddress());
      if (chunked.getSize() != elementBytes) {
        throw new HdfException(chunked.getSize() + " bytes an element instead of " + elementBytes);
      }
      return new ChunkedData(
          storage,
          chunked.getBTreeAddress(),
          sizes,
          chunked.getChunkDimensions(),
          elementBytes,
          filters);
    }
    throw new HdfException("data laid out as MATLAB does not");
  }

  private static void requireWritten(long address) {
    if (address == Constants.UNDEFINED_ADDRESS) {
      throw new HdfException("the data's address is missing");
    }
  }
}
