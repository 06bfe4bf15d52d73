package dev.facealign.inference.finding;

import dev.facealign.inference.batch.QueueFullException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of decoded pictures that wait for their landmarks. */
@Singleton
final class PixelBudget {
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);
  private static final int PIXELS_A_MEGAPIXEL = 1_000_000;

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  PixelBudget(PreparationSettings settings) {
    most = settings.maxPixelsInFlight();
  }

  /**
   * Takes a picture's pixels; to be given back.
   *
   * @throws QueueFullException other pictures have taken too many
   */
  void take(long pixels) {
    long before = taken.getAndAdd(pixels);
    // A lone picture is let in whatever its size, or it would never be answered.
    if (before > 0 && before + pixels > most) {
      taken.addAndGet(-pixels);
      throw new QueueFullException(
          "megapixels of decoded pictures",
          (int) (before / PIXELS_A_MEGAPIXEL),
          (int) (most / PIXELS_A_MEGAPIXEL),
          (int) Math.max(1, pixels / PIXELS_A_MEGAPIXEL),
          RETRY_AFTER);
    }
  }

  /** Gives a picture's pixels back. */
  void giveBack(long pixels) {
    taken.addAndGet(-pixels);
  }
}
