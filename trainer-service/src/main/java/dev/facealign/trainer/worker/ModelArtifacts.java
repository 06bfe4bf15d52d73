package dev.facealign.trainer.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.ContentHash;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.platform.contract.StoredManifest;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.quantise.QuantisedNetwork;
import dev.facealign.trainer.run.CertaintyCalibration;
import dev.facealign.trainer.run.StartModel;
import dev.facealign.trainer.run.TrainedModel;
import dev.facealign.trainer.run.TrainingPlan;
import dev.facealign.v1.ArtifactFile;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.LabelConvention;
import dev.facealign.v1.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes models to an artifact store, each with a manifest that says what it is. */
public final class ModelArtifacts {
  private static final String ONNX = "model.onnx";
  private static final String ONNX_INT8 = "model.int8.onnx";

  private final ArtifactStore store;
  private final Clock clock;

  /** Into a store; manifests are dated by the clock. */
  public ModelArtifacts(ArtifactStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Writes a trained model. The same content is the same version, so that doing it twice changes
   * nothing.
   *
   * @return its manifest
   */
  public ModelManifest store(TrainingPlan plan, TrainedModel model) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ONNX, model.onnx());
    files.put(StartModel.FILE, model.weights());
    model
        .int8()
        .filter(QuantisedNetwork::offered)
        .ifPresent(int8 -> files.put(ONNX_INT8, int8.onnx()));
    return store(content(plan, model), files);
  }

  /**
   * Writes a model. The same content is the same version, so that doing it twice changes nothing.
   *
   * @param described all that decides what the model is; its files, version and date are filled in
   *     here
   * @param onnx the network
   * @param weights the content of {@link StartModel#FILE}; null: none
   * @return its manifest
   */
  ModelManifest store(ModelManifest described, byte[] onnx, byte @Nullable [] weights) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ONNX, onnx);
    if (weights != null) {
      files.put(StartModel.FILE, weights);
    }
    return store(described, files);
  }

  private ModelManifest store(ModelManifest described, Map<String, byte[]> files) {
    ModelManifest.Builder listed = described.toBuilder().clearFiles();
    files.forEach(
        (name, content) ->
            listed.addFiles(
                ArtifactFile.newBuilder()
                    .setName(name)
                    .setSha256(ContentHash.sha256(content))
                    .setSizeBytes(content.length)));
    ModelManifest content = listed.build();
    String version = ContentHash.sha256(content.toByteArray());
    ModelManifest manifest =
        content.toBuilder()
            .setVersion(version)
            .setCreatedAt(Contracts.toProto(clock.instant()))
            .setCodeVersion(codeVersion())
            .build();
    write(manifest, files);
    return manifest;
  }

  private void write(ModelManifest manifest, Map<String, byte[]> files) {
    if (store.exists(ArtifactKind.MODEL, manifest.getVersion())) {
      return;
    }
    Map<String, ArtifactSource> sources = new LinkedHashMap<>();
    files.forEach((name, content) -> sources.put(name, ArtifactSource.bytes(content)));
    sources.put(StoredManifest.FILE, ArtifactSource.bytes(json(manifest)));
    try {
      store.publish(ArtifactKind.MODEL, manifest.getVersion(), sources);
    } catch (FaultException e) {
      // Another was faster just now: one version is one model, whose manifests differ in their
      // date.
      if (e.kind() != FaultKind.ALREADY_EXISTS) {
        throw e;
      }
    }
  }

  /**
   * What a version is computed from: all that decides what the model is, nothing of when and by
   * what it was made.
   */
  private static ModelManifest content(TrainingPlan plan, TrainedModel model) {
    TrainingSettings settings = plan.settings();
    FaceDataset dataset = plan.dataset();
    ModelManifest.Builder manifest =
        ModelManifest.newBuilder()
            .setName(Objects.requireNonNull(settings.modelName(), "a plan's settings are resolved"))
            .setNetwork(TrainingJobContract.network(settings.network()))
            .setScheme(dataset.scheme().id())
            .setLandmarkScheme(SchemeContract.toProto(dataset.scheme()))
            .setLandmarkCount(dataset.scheme().count())
            .setInputSizePx(model.inputSizePx())
            .setCropPolicy(Contracts.toProto(plan.cropping().policy()))
            .setLabelConvention(LabelConvention.LABEL_CONVENTION_CENTERED_V1)
            .setJob(TrainingJobContract.job(settings))
            .setTrainingData(part(dataset, model.training()))
            .setValidationData(part(dataset, model.validation()))
            .setValidationNme(model.validationNme())
            .setEpoch(model.epoch())
            .setOnnxOpset(model.onnxOpset())
            .setExportMaxDifference(model.exportMaxDifference());
    model.certainty().map(ModelArtifacts::certainty).ifPresent(manifest::setCertainty);
    model.int8().map(ModelArtifacts::int8).ifPresent(manifest::setInt8);
    return manifest.build();
  }

  private static dev.facealign.v1.QuantizedNetwork int8(QuantisedNetwork int8) {
    return dev.facealign.v1.QuantizedNetwork.newBuilder()
        .setOffered(int8.offered())
        .setValidationNme(int8.validationNme())
        .setFloatValidationNme(int8.floatValidationNme())
        .setCalibrationFaces(int8.calibrationFaces())
        .build();
  }

  private static dev.facealign.v1.CertaintyCalibration certainty(CertaintyCalibration calibration) {
    return dev.facealign.v1.CertaintyCalibration.newBuilder()
        .setOffset(calibration.offset())
        .setSlope(calibration.slope())
        .setMeanExpectedError(calibration.meanExpected())
        .setMeanError(calibration.meanObserved())
        .setPointRankCorrelation(calibration.pointRankCorrelation())
        .setFaceRankCorrelation(calibration.faceRankCorrelation())
        .build();
  }

  private static DatasetFingerprint part(FaceDataset dataset, TrainedModel.DataPart part) {
    return Contracts.fingerprint(dataset).toBuilder()
        .setFaces(part.faces())
        .setSha256(part.fingerprint())
        .build();
  }

  private static byte[] json(ModelManifest manifest) {
    try {
      return JsonFormat.printer().print(manifest).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "a manifest has no Any fields, which alone cannot be printed", e);
    }
  }

  private static String codeVersion() {
    String version = ModelArtifacts.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
