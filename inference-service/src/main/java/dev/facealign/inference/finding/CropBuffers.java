package dev.facealign.inference.finding;

import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Arrays for crops, used again and again: at 0.6 MB each they would otherwise be most of what the
 * collector does.
 */
@Singleton
final class CropBuffers {
  private static final int KEPT = 64;

  private final ArrayBlockingQueue<float[]> idle = new ArrayBlockingQueue<>(KEPT);

  /** An array of this length; what is in it is undefined. */
  float[] take(int length) {
    float[] buffer = idle.poll();
    // After a change to a model of another size the old arrays go one by one.
    return buffer != null && buffer.length == length ? buffer : new float[length];
  }

  /** Gives an array back; its former user must not touch it again. */
  void giveBack(float[] buffer) {
    // Where enough are kept already, the collector takes it.
    idle.offer(buffer);
  }
}
