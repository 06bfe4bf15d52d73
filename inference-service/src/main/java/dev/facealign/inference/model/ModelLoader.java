package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.batch.BatchSettings;
import dev.facealign.inference.network.LandmarkNetwork;
import dev.facealign.inference.network.NetworkAnswer;
import dev.facealign.inference.network.NetworkException;
import dev.facealign.inference.network.NetworkSettings;
import dev.facealign.inference.network.OnnxNetwork;
import dev.facealign.inference.network.Precision;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.platform.artifact.StoredFile;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.platform.contract.StoredManifest;
import dev.facealign.v1.ArtifactFile;
import dev.facealign.v1.LabelConvention;
import dev.facealign.v1.ModelManifest;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads models from the artifact store and proves them before anybody may use them: the files'
 * hashes, the manifest against the files and the network, and a trial run.
 */
@Singleton
public final class ModelLoader {
  private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);
  private static final String NETWORK_FILE = "model.onnx";
  private static final String INT8_FILE = "model.int8.onnx";
  private static final int SMALLEST_INPUT_PX = 8;
  private static final int LARGEST_INPUT_PX = 1024;

  private final ArtifactStore store;
  private final NetworkSettings networkSettings;
  private final int largestBatch;

  public ModelLoader(
      ArtifactStore store, NetworkSettings networkSettings, BatchSettings batchSettings) {
    this.store = store;
    this.networkSettings = networkSettings;
    this.largestBatch = batchSettings.maxSize();
  }

  /**
   * Verifies an artifact's bytes: every file has the hash that the store and the registry's
   * manifest tell.
   *
   * @return the artifact
   * @throws FaultException NOT_FOUND; DATA_LOSS (reason ARTIFACT_DAMAGED); FAILED_PRECONDITION
   *     (reason MODEL_UNFIT): the manifest asks for what this service does not know
   */
  public StoredArtifact verify(ModelManifest manifest) {
    requireServable(manifest);
    StoredArtifact artifact = store.open(ArtifactKind.MODEL, manifest.getVersion());
    for (ArtifactFile expected : manifest.getFilesList()) {
      Optional<StoredFile> stored =
          artifact.files().stream()
              .filter(file -> file.name().equals(expected.getName()))
              .findFirst();
      if (stored.isEmpty() || !stored.get().sha256().equals(expected.getSha256())) {
        throw damaged(
            manifest,
            "%s has sha256 %s (expected: %s, as the registry says)"
                .formatted(
                    expected.getName(),
                    stored.map(StoredFile::sha256).orElse("none, it is missing"),
                    expected.getSha256()));
      }
    }
    requireSameManifest(manifest, artifact);
    return artifact;
  }

  /**
   * Loads a model: verified, warmed up and tried.
   *
   * @throws FaultException as {@link #verify}; FAILED_PRECONDITION (reason MODEL_UNFIT): the
   *     network cannot be read, has other inputs or outputs than the manifest says, or answers
   *     labels that are not finite. Expected errors that are none are no reason: its points are
   *     good without.
   */
  public LoadedModel load(ModelManifest manifest) {
    StoredArtifact artifact = verify(manifest);
    Precision precision = precision(manifest);
    String file = precision == Precision.INT8 ? INT8_FILE : NETWORK_FILE;
    LandmarkNetwork network;
    try {
      network =
          OnnxNetwork.read(
              artifact.file(file),
              manifest.getInputSizePx(),
              2 * manifest.getLandmarkCount(),
              networkSettings);
    } catch (NetworkException e) {
      throw unfit(manifest, file + " cannot be read: " + e.getCause(), e);
    }
    try {
      requireExpectedErrors(manifest, network);
      tryOut(manifest, network);
      return new LoadedModel(
          manifest,
          scheme(manifest),
          Contracts.cropPolicy(manifest.getCropPolicyValue()),
          precision,
          network);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The one that is configured, where the model offers it. */
  private Precision precision(ModelManifest manifest) {
    if (networkSettings.precision() == Precision.INT8 && !offersInt8(manifest)) {
      log.warn(
          "model offers no 8-bit network, its float32 one serves name={} version={} reason={}",
          manifest.getName(),
          manifest.getVersion(),
          manifest.hasInt8() ? "its NME is too far above float32's" : "none was made");
      return Precision.FLOAT32;
    }
    return networkSettings.precision();
  }

  private static boolean offersInt8(ModelManifest manifest) {
    return manifest.hasInt8() && manifest.getInt8().getOffered();
  }

  /** Also warms the network up for the batch sizes that matter most, one and the largest. */
  private void tryOut(ModelManifest manifest, LandmarkNetwork network) {
    float[] crop = new float[3 * network.inputSizePx() * network.inputSizePx()];
    for (int i = 0; i < crop.length; i++) {
      crop[i] = (i % network.inputSizePx()) / (float) network.inputSizePx();
    }
    try {
      requireFinite(manifest, network.run(List.of(crop)));
      requireFinite(manifest, network.run(Collections.nCopies(largestBatch, crop)));
    } catch (NetworkException e) {
      throw unfit(manifest, "the trial run failed: " + e.getCause(), e);
    }
  }

  private static void requireExpectedErrors(ModelManifest manifest, LandmarkNetwork network) {
    if (manifest.hasCertainty() && !network.tellsExpectedErrors()) {
      throw unfit(
          manifest,
          "certainty: set, and the network has no output expected_error (expected: that output, as the manifest has figures of it)",
          null);
    }
  }

  private static void requireFinite(ModelManifest manifest, List<NetworkAnswer> answers) {
    for (NetworkAnswer answer : answers) {
      float[] labels = answer.labels();
      for (int i = 0; i < labels.length; i++) {
        if (!Float.isFinite(labels[i])) {
          throw unfit(
              manifest,
              "output %d of the trial run is %s (expected: a finite number)"
                  .formatted(i, labels[i]),
              null);
        }
      }
    }
  }

  private static LandmarkScheme scheme(ModelManifest manifest) {
    return SchemeContract.scheme(manifest.getLandmarkScheme(), manifest.getScheme());
  }

  private static void requireServable(ModelManifest manifest) {
    try {
      scheme(manifest).requireCount(manifest.getLandmarkCount());
      Contracts.cropPolicy(manifest.getCropPolicyValue());
    } catch (FaultException e) {
      throw unfit(manifest, e.getMessage(), e);
    }
    int size = manifest.getInputSizePx();
    if (size < SMALLEST_INPUT_PX || size > LARGEST_INPUT_PX) {
      throw unfit(
          manifest,
          "input_size_px: %d (expected: %d to %d)"
              .formatted(size, SMALLEST_INPUT_PX, LARGEST_INPUT_PX),
          null);
    }
    if (manifest.getLabelConvention() != LabelConvention.LABEL_CONVENTION_CENTERED_V1) {
      throw unfit(
          manifest,
          "label_convention: "
              + manifest.getLabelConventionValue()
              + " (expected: LABEL_CONVENTION_CENTERED_V1)",
          null);
    }
    requireFile(manifest, NETWORK_FILE);
    if (offersInt8(manifest)) {
      requireFile(manifest, INT8_FILE);
    }
  }

  private static void requireFile(ModelManifest manifest, String name) {
    if (manifest.getFilesList().stream().noneMatch(file -> file.getName().equals(name))) {
      throw unfit(manifest, "files: without " + name + " (expected: with)", null);
    }
  }

  /** The artifact's own manifest must mean the same model to a caller as the registry's. */
  private static void requireSameManifest(ModelManifest manifest, StoredArtifact artifact) {
    ModelManifest stored = StoredManifest.of(artifact);
    requireSame(manifest, "scheme", manifest.getScheme(), stored.getScheme());
    requireSame(
        manifest, "landmark_scheme", manifest.getLandmarkScheme(), stored.getLandmarkScheme());
    requireSame(manifest, "landmark_count", manifest.getLandmarkCount(), stored.getLandmarkCount());
    requireSame(manifest, "input_size_px", manifest.getInputSizePx(), stored.getInputSizePx());
    requireSame(
        manifest, "crop_policy", manifest.getCropPolicyValue(), stored.getCropPolicyValue());
    requireSame(
        manifest,
        "label_convention",
        manifest.getLabelConventionValue(),
        stored.getLabelConventionValue());
  }

  private static void requireSame(
      ModelManifest manifest, String field, Object inRegistry, Object inArtifact) {
    if (!inRegistry.equals(inArtifact)) {
      throw damaged(
          manifest,
          "%s of %s: %s (expected: %s, as the registry says)"
              .formatted(field, StoredManifest.FILE, inArtifact, inRegistry));
    }
  }

  private static FaultException damaged(ModelManifest manifest, String what) {
    return FaultException.of(
        FaultKind.DATA_LOSS, "ARTIFACT_DAMAGED", "model " + manifest.getVersion() + ": " + what);
  }

  private static FaultException unfit(
      ModelManifest manifest, String what, @Nullable Throwable cause) {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION,
        "MODEL_UNFIT",
        "model " + manifest.getVersion() + ": " + what,
        cause);
  }
}
