package dev.facealign.dataset.cofw;

import io.jhdf.exceptions.HdfException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The messages of an object's header, still encoded (HDF5 file format, "Version 1 Data Object
 * Header"). Only those asked for are decoded: attributes, for instance, may nest types that no
 * picture has.
 */
final class ObjectHeader {
  static final int DATA_SPACE = 0x1;
  static final int DATA_TYPE = 0x3;
  static final int DATA_LAYOUT = 0x8;
  static final int FILTERS = 0xb;
  static final int SYMBOL_TABLE = 0x11;

  private static final int EXTERNAL_FILES = 0x7;
  private static final int CONTINUATION = 0x10;

  private static final int PREFIX_BYTES = 16;
  private static final int MESSAGE_PREFIX_BYTES = 8;
  private static final int SHARED = 1 << 1;
  private static final int MOST_BLOCKS = 8;

  private record Message(int type, ByteBuffer content) {}

  private record Block(long address, int length) {}

  private final List<Message> messages = new ArrayList<>();

  private ObjectHeader() {}

  /**
   * Reads the header at an address.
   *
   * @throws RuntimeException of jHDF or of a buffer for a damaged one
   */
  static ObjectHeader read(BoundedStorage storage, long address) {
    ByteBuffer prefix = storage.readBufferFromAddress(address, PREFIX_BYTES);
    int version = prefix.get();
    if (version != 1) {
      throw new HdfException("object header of version " + version + " instead of 1");
    }
    ObjectHeader header = new ObjectHeader();
    Deque<Block> blocks = new ArrayDeque<>();
    blocks.add(new Block(address + PREFIX_BYTES, prefix.getInt(8)));
    for (int read = 0; !blocks.isEmpty(); read++) {
      if (read == MOST_BLOCKS) {
        throw new HdfException("object header in more than " + MOST_BLOCKS + " blocks");
      }
      Block block = blocks.remove();
      header.take(storage.readBufferFromAddress(block.address(), block.length()), blocks);
    }
    return header;
  }

  /** The content of the one message of this type. */
  ByteBuffer only(int type, String name) {
    return find(type, name).orElseThrow(() -> new HdfException("no " + name));
  }

  /** The content of the message of this type; empty where there is none. */
  Optional<ByteBuffer> find(int type, String name) {
    List<Message> found = messages.stream().filter(message -> message.type() == type).toList();
    if (found.size() > 1) {
      throw new HdfException(found.size() + " of " + name);
    }
    // A duplicate loses the byte order.
    return found.stream()
        .map(Message::content)
        .map(content -> content.duplicate().order(content.order()))
        .findFirst();
  }

  private void take(ByteBuffer block, Deque<Block> blocks) {
    while (block.remaining() >= MESSAGE_PREFIX_BYTES) {
      int type = Short.toUnsignedInt(block.getShort());
      int length = Short.toUnsignedInt(block.getShort());
      int flags = block.get();
      block.position(block.position() + 3);
      ByteBuffer content = block.slice(block.position(), length).order(block.order());
      block.position(block.position() + length);
      switch (type) {
        case CONTINUATION -> blocks.add(new Block(content.getLong(), (int) content.getLong()));
        case DATA_SPACE, DATA_TYPE, DATA_LAYOUT, FILTERS, SYMBOL_TABLE -> {
          if ((flags & SHARED) != 0) {
            throw new HdfException("a header message kept elsewhere");
          }
          messages.add(new Message(type, content));
        }
        case EXTERNAL_FILES -> throw new HdfException("data in other files");
        default -> {
          // Attributes, modification times, fill values: nothing that the data hangs on.
        }
      }
    }
  }
}
