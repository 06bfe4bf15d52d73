package dev.facealign.dataset.cofw;

import dev.facealign.fault.FaultException;
import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.Superblock;
import io.jhdf.Superblock.SuperblockV0V1;
import io.jhdf.SymbolTableEntry;
import io.jhdf.Utils;
import io.jhdf.btree.BTreeV1;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A MATLAB 7.3 file: HDF5 of the oldest format (superblock 0, symbol tables) behind a user block
 * that names MATLAB. Opening costs some ten small reads, so nobody keeps one open.
 */
final class MatFile implements AutoCloseable {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** The signature stands at 0, 512, 1024, 2048, ...; MATLAB's user block has 512 bytes. */
  private static final int FIRST_USER_BLOCK = 512;

  private static final int LARGEST_USER_BLOCK = 1 << 20;

  private static final int ADDRESS_BYTES = 8;

  private static final String EXPECTED = "a MATLAB 7.3 file";

  private final FileChannel file;
  private final long size;
  private final Superblock superblock;
  private final Place place;

  private MatFile(FileChannel file, long size, Superblock superblock, Place place) {
    this.file = file;
    this.size = size;
    this.superblock = superblock;
    this.place = place;
  }

  /**
   * Opens a file for reading.
   *
   * @param place names the file in faults
   * @throws FaultException the place's fault for what is no MATLAB 7.3 file or a part of one;
   *     NOT_FOUND, or the place's "unreadable"
   */
  static MatFile open(Path path, Place place) {
    try {
      // Anything else, a pipe for instance, may never end.
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw place.fault("no regular file", EXPECTED);
      }
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return open(file, place);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw FaultException.notFound("file", place.name(), EXPECTED);
    } catch (IOException e) {
      throw place.unreadable(e);
    }
  }

  private static MatFile open(FileChannel file, Place place) throws IOException {
    long size = file.size();
    long start = signature(file, size, place);
    Superblock superblock = place.decode(() -> Superblock.readSuperblock(file, start));
    if (!(superblock instanceof SuperblockV0V1)
        || superblock.getSizeOfOffsets() != ADDRESS_BYTES
        || superblock.getSizeOfLengths() != ADDRESS_BYTES
        || superblock.getBaseAddressByte() != start) {
      throw place.fault(
          "HDF5 with superblock version "
              + superblock.getVersionOfSuperblock()
              + ", addresses of "
              + superblock.getSizeOfOffsets()
              + " bytes from "
              + superblock.getBaseAddressByte(),
          EXPECTED + ": superblock version 0, addresses of 8 bytes from " + start);
    }
    if (superblock.getEndOfFileAddress() > size) {
      throw place.fault(
          size + " bytes", superblock.getEndOfFileAddress() + " bytes, which the file says it has");
    }
    return new MatFile(file, size, superblock, place);
  }

  private static long signature(FileChannel file, long size, Place place) throws IOException {
    for (long at = 0; at <= LARGEST_USER_BLOCK; at = at == 0 ? FIRST_USER_BLOCK : 2 * at) {
      ByteBuffer found = ByteBuffer.allocate(SIGNATURE.length);
      if (at + SIGNATURE.length <= size
          && file.read(found, at) == SIGNATURE.length
          && Arrays.equals(found.array(), SIGNATURE)) {
        return at;
      }
    }
    throw place.fault(size + " bytes without the signature of HDF5", EXPECTED);
  }

  /** Names the file in faults. */
  Place place() {
    return place;
  }

  /** The variables' names, sorted, and the addresses of their headers. */
  Map<String, Long> variables() {
    return place.decode(
        () -> {
          BoundedStorage storage = storage();
          long entry =
              ((SuperblockV0V1) superblock).getRootGroupSymbolTableAddress()
                  - superblock.getBaseAddressByte();
          ObjectHeader root =
              ObjectHeader.read(
                  storage, new SymbolTableEntry(storage, entry).getObjectHeaderAddress());
          ByteBuffer table = root.only(ObjectHeader.SYMBOL_TABLE, "table of variables");
          BTreeV1 tree = BTreeV1.createGroupBTree(storage, table.getLong());
          ByteBuffer names = new LocalHeap(storage, table.getLong()).getDataBuffer();
          Map<String, Long> variables = new TreeMap<>();
          for (long address : tree.getChildAddresses()) {
            for (SymbolTableEntry variable :
                new GroupSymbolTableNode(storage, address).getSymbolTableEntries()) {
              names.position(variable.getLinkNameOffset());
              variables.put(Utils.readUntilNull(names), variable.getObjectHeaderAddress());
            }
          }
          return variables;
        });
  }

  /**
   * The array with this header.
   *
   * @param address counts from behind the user block, as references do
   * @param at names the array in faults
   */
  MatArray array(long address, Place at) {
    return MatArray.read(storage(), address, at);
  }

  /** Each array has its own share of what may be read. */
  private BoundedStorage storage() {
    return new BoundedStorage(file, size, superblock);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw place.unreadable(e);
    }
  }
}
