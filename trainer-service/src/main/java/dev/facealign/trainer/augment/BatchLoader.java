package dev.facealign.trainer.augment;

import dev.facealign.augment.Augmentation;
import dev.facealign.augment.CropCache;
import dev.facealign.augment.RandomStreams;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.loss.SmoothFacePhi;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills batches ahead of the network, on threads of its own. What a batch holds depends on the
 * run's seed, the epoch and the batch's number alone. Used by one thread.
 *
 * <p>An epoch's faces come in random order, each at most once; those left over when no full batch
 * remains sit this epoch out, because batch statistics of a few faces do harm.
 */
public final class BatchLoader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BatchLoader.class);

  private static final int MOST_THREADS = 4;

  private final CropCache faces;
  private final Augmentation augmentation;
  private final RandomStreams random;
  private final int batchFaces;
  private final int numbersOfAFace;
  private final ExecutorService threads;
  private final List<Batch> batches = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param faces at least one
   * @param batchSize faces a batch; fewer where there are fewer faces
   * @throws FaultException INVALID_ARGUMENT: a batch takes more than 2 GiB
   */
  public BatchLoader(
      CropCache faces, Augmentation augmentation, RandomStreams random, int batchSize) {
    this.faces = faces;
    this.augmentation = augmentation;
    this.random = random;
    this.batchFaces = Math.min(batchSize, faces.size());
    this.numbersOfAFace = faces.face(0).labels().length;
    requireFitting(batchFaces, faces.sizePx());
    int processors = Runtime.getRuntime().availableProcessors();
    int count = Math.max(1, Math.min(MOST_THREADS, processors / 2));
    threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "batch-loader");
              thread.setDaemon(true);
              return thread;
            });
    // One in use, and one being filled or full for each thread and one more.
    for (int i = 0; i < count + 2; i++) {
      batches.add(new Batch(batchFaces, 3 * faces.sizePx() * faces.sizePx(), numbersOfAFace));
    }
  }

  /** A batch's pixels lie in one buffer, which counts its bytes in an int. */
  private static void requireFitting(int batchFaces, int sizePx) {
    long most = Integer.MAX_VALUE / (3L * sizePx * sizePx * Float.BYTES);
    if (batchFaces > most) {
      throw FaultException.invalid(
          "batch_size", batchFaces, "at most " + most + " with an input of " + sizePx + " pixels");
    }
  }

  /** Faces of every batch. */
  public int batchFaces() {
    return batchFaces;
  }

  /** Batches of an epoch. */
  public int batchesOfAnEpoch() {
    return faces.size() / batchFaces;
  }

  /**
   * Begins an epoch. The one before must have been read to its end or closed.
   *
   * @param epoch from 1
   * @param firstBatch number of the first batch wanted, from 0
   * @param phi null for losses without phi
   */
  public Epoch epoch(int epoch, int firstBatch, @Nullable SmoothFacePhi phi) {
    return new Epoch(epoch, firstBatch, phi);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private int[] order(int epoch) {
    int[] order = new int[faces.size()];
    SplittableRandom draw = random.order(epoch);
    for (int i = 0; i < order.length; i++) {
      int j = draw.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The batches of one epoch, in order. */
  public final class Epoch implements AutoCloseable {

    private final int epoch;
    private final @Nullable SmoothFacePhi phi;
    private final int[] order;
    private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
    private int nextToFill;
    private @Nullable Batch inUse;

    private Epoch(int epoch, int firstBatch, @Nullable SmoothFacePhi phi) {
      this.epoch = epoch;
      this.phi = phi;
      this.order = order(epoch);
      this.nextToFill = firstBatch;
      for (Batch free : batches.subList(1, batches.size())) {
        fillNext(free);
      }
      this.inUse = batches.get(0);
    }

    /**
     * The next batch; the one before is filled anew from now on.
     *
     * @return null after the last
     */
    public @Nullable Batch next() {
      if (inUse != null) {
        fillNext(inUse);
        inUse = null;
      }
      Future<Batch> first = ahead.poll();
      if (first == null) {
        return null;
      }
      inUse = await(first);
      return inUse;
    }

    private void fillNext(Batch free) {
      if (nextToFill < batchesOfAnEpoch()) {
        int number = nextToFill++;
        ahead.add(threads.submit(() -> fill(free, number)));
      }
    }

    private Batch fill(Batch batch, int number) {
      float[] pixels = new float[3 * faces.sizePx() * faces.sizePx()];
      double[] labels = new double[numbersOfAFace];
      FloatBuffer toPixels = batch.pixels().asFloatBuffer();
      FloatBuffer toLabels = batch.labels().asFloatBuffer();
      FloatBuffer toPhi = batch.phi().asFloatBuffer();
      for (int i = 0; i < batchFaces; i++) {
        int face = order[number * batchFaces + i];
        augmentation.apply(
            faces.face(face), faces.context(face), random.face(epoch, face), pixels, labels);
        toPixels.put(pixels);
        for (double label : labels) {
          toLabels.put((float) label);
        }
        if (phi != null) {
          phi.write(labels, toPhi);
        }
      }
      return batch;
    }

    /** Waits until no thread fills a batch any more. */
    @Override
    public void close() {
      nextToFill = batchesOfAnEpoch();
      inUse = null;
      while (!ahead.isEmpty()) {
        try {
          ahead.remove().get();
        } catch (ExecutionException e) {
          log.debug("batch not wanted any more could not be filled", e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static Batch await(Future<Batch> batch) {
    try {
      return batch.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
  }
}
