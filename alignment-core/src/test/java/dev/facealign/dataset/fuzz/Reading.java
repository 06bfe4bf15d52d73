package dev.facealign.dataset.fuzz;

import com.sun.management.ThreadMXBean;
import dev.facealign.dataset.DatasetFaults;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.FaceSink;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;

/** Reads files of any content, one after the other, and holds the reader to its contract. */
final class Reading {
  /** What a text may make its reader allocate: files of at most 1 MiB, and classes to load. */
  static final long MOST_BYTES = 64 << 20;

  /** Of a processor's time; far more than any takes, Jazzer's own work included. */
  private static final long LONGEST_NANOS = 5_000_000_000L;

  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Path file;
  private final long mostBytes;
  private final Runnable reader;

  /**
   * A reader under test.
   *
   * @param file that it reads
   * @param mostBytes that it may allocate for all of a file
   */
  Reading(Path file, long mostBytes, Runnable reader) {
    this.file = file;
    this.mostBytes = mostBytes;
    this.reader = reader;
  }

  /** Reads once without looking at what it costs: classes are loaded. */
  Reading after(byte[] content) {
    write(content);
    try {
      reader.run();
    } catch (FaultException e) {
      requireMessage(e);
    }
    return this;
  }

  /** Reads a dataset with one file of annotations, and the pictures that are within it. */
  static Reading ofDataset(
      Path folder, String file, DatasetLayout layout, LandmarkScheme scheme, long mostBytes) {
    return new Reading(
        folder.resolve(file),
        mostBytes,
        () -> {
          layout.evidence(folder);
          layout.splits(folder);
          layout.open(folder, "fuzz", DatasetLayout.ALL, scheme).read(new Looking(scheme));
        });
  }

  /**
   * Reads these bytes.
   *
   * @return whether they were accepted without a fault
   * @throws AssertionError where it took too long or too much memory; and whatever the reader
   *     throws but FaultException
   */
  boolean accepts(byte[] content) {
    write(content);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    boolean accepted = true;
    try {
      reader.run();
    } catch (FaultException e) {
      requireMessage(e);
      accepted = false;
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (nanos > LONGEST_NANOS) {
      throw new AssertionError("took " + nanos / 1_000_000 + " ms");
    }
    if (bytes > mostBytes) {
      throw new AssertionError("allocated " + bytes + " bytes, more than " + mostBytes);
    }
    return accepted;
  }

  /** The same mutations of the seeds each time. */
  void acceptsMutations(List<byte[]> seeds, int count) {
    Mutation mutation = new Mutation(seeds, new SplittableRandom(count));
    for (int i = 0; i < count; i++) {
      accepts(mutation.next());
    }
  }

  /** In place: a file that is emptied and written anew reaches the disk each time. */
  private void write(byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.truncate(content.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireMessage(FaultException fault) {
    if (fault.getMessage().isBlank() || fault.getMessage().length() > 2000) {
      throw new AssertionError("a fault without a message, or with too long a one", fault);
    }
  }

  /** Looks at everything a face has; goes on after faults. */
  private record Looking(LandmarkScheme scheme) implements FaceSink {
    @Override
    public void face(FaceSample face) {
      if (face.landmarks().count() != scheme.count() || !face.landmarks().isFinite()) {
        throw new AssertionError("accepted " + face.landmarks());
      }
      face.box();
      face.occluded();
      if (face.hasPicture()) {
        try {
          RgbImage picture = face.readPicture(DECODER);
          picture.sample(picture.width() - 1, picture.height() - 1, 2);
        } catch (FaultException e) {
          requireMessage(e);
        }
      }
    }

    @Override
    public void fault(FaultException fault) {
      requireMessage(fault);
      if (fault.kind() != FaultKind.INVALID_ARGUMENT
          || !fault.reason().equals(DatasetFaults.ANNOTATION_INVALID)) {
        throw new AssertionError("a fault of another kind: " + fault.reason(), fault);
      }
    }
  }
}
