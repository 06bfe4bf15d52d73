package dev.facealign.inference.model;

import dev.facealign.crop.CropPolicy;
import dev.facealign.inference.network.LandmarkNetwork;
import dev.facealign.inference.network.Precision;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.v1.ModelManifest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model in memory, verified and ready to run. It counts who uses it: its network is closed when
 * the last one is done, never under a run.
 */
public final class LoadedModel {
  private final ModelManifest manifest;
  private final LandmarkScheme scheme;
  private final CropPolicy cropPolicy;
  private final Precision precision;
  private final LandmarkNetwork network;
  // Starts at 1, for whoever loaded it. At 0 the network is closed and stays closed.
  private final AtomicInteger users = new AtomicInteger(1);

  LoadedModel(
      ModelManifest manifest,
      LandmarkScheme scheme,
      CropPolicy cropPolicy,
      Precision precision,
      LandmarkNetwork network) {
    this.manifest = manifest;
    this.scheme = scheme;
    this.cropPolicy = cropPolicy;
    this.precision = precision;
    this.network = network;
  }

  /** What it is. */
  public ModelManifest manifest() {
    return manifest;
  }

  /** 64 hexadecimal digits. */
  public String version() {
    return manifest.getVersion();
  }

  /** Which points it finds. */
  public LandmarkScheme scheme() {
    return scheme;
  }

  /** How its input is cut from a picture. */
  public CropPolicy cropPolicy() {
    return cropPolicy;
  }

  /** In which numbers it runs. */
  public Precision precision() {
    return precision;
  }

  /** What runs. */
  public LandmarkNetwork network() {
    return network;
  }

  /** One more user, if the model is still open. */
  boolean retain() {
    int before = users.get();
    while (before > 0) {
      if (users.compareAndSet(before, before + 1)) {
        return true;
      }
      before = users.get();
    }
    return false;
  }

  /** One user less. */
  void release() {
    int left = users.decrementAndGet();
    if (left == 0) {
      network.close();
    } else if (left < 0) {
      throw new IllegalStateException("model " + version() + " released too often");
    }
  }

  /** The right to use a model until it is given back. */
  public static final class Lease implements AutoCloseable {
    private final LoadedModel model;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** For a model that was retained for this lease. */
    Lease(LoadedModel model) {
      this.model = model;
    }

    /** The model; stays open as long as this lease. */
    public LoadedModel model() {
      return model;
    }

    /** Gives it back; doing so again does nothing. */
    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        model.release();
      }
    }
  }
}
