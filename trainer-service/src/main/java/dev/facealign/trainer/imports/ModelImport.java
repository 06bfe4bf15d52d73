package dev.facealign.trainer.imports;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.facealign.crop.CropPolicy;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.SchemeContract;
import dev.facealign.trainer.export.ExportCheck;
import dev.facealign.trainer.export.OnnxExport;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.keras.KerasWeights;
import dev.facealign.trainer.network.Architecture;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Regularisation;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.run.StartModel;
import dev.facealign.v1.ImportSettings;
import dev.facealign.v1.ImportedWeights;
import dev.facealign.v1.LabelConvention;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.WeightsFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Checked settings of an import, and what a file becomes by them.
 *
 * @param network what the weights are of
 * @param scheme landmark scheme of the outputs
 * @param cropPolicy how inputs are cropped
 * @param inputSizePx side of the input, pixels
 * @param modelName name of the model
 */
public record ModelImport(
    NetworkKind network,
    LandmarkScheme scheme,
    CropPolicy cropPolicy,
    int inputSizePx,
    String modelName) {

  /** Pictures on which the ONNX file is compared with the network that it was written from. */
  private static final int PICTURES_COMPARED = 4;

  /**
   * A model before it is published.
   *
   * @param manifest all that decides what it is, but its files
   * @param onnx the network
   * @param weights the content of {@link StartModel#FILE}
   */
  public record Converted(ModelManifest manifest, ByteString onnx, ByteString weights) {}

  /**
   * Checks settings.
   *
   * @throws FaultException INVALID_ARGUMENT, naming the first offending field
   */
  public static ModelImport of(ImportSettings settings) {
    if (settings.getFormat() == WeightsFormat.UNRECOGNIZED) {
      throw FaultException.invalid("format", settings.getFormatValue(), "a known WeightsFormat");
    }
    NetworkKind network =
        TrainingJobContract.network(settings.getNetwork(), settings.getNetworkValue());
    if (settings.getScheme().isEmpty()) {
      throw FaultException.invalid("scheme", "", "68, 29, or the id of landmark_scheme");
    }
    LandmarkScheme scheme =
        SchemeContract.scheme(settings.getLandmarkScheme(), settings.getScheme());
    CropPolicy cropPolicy =
        settings.getCropPolicyValue() == 0
            ? CropPolicy.STRETCH_V1
            : Contracts.cropPolicy(settings.getCropPolicyValue());
    return new ModelImport(
        network,
        scheme,
        cropPolicy,
        TrainingJobContract.inputSize(
            "input_size_px", settings.hasInputSizePx() ? settings.getInputSizePx() : 224),
        TrainingJobContract.name(
            "model_name",
            settings.getModelName().isEmpty()
                ? network.id() + "-" + scheme.id() + "-imported"
                : settings.getModelName()));
  }

  /**
   * Reads a file of weights and writes the network as ONNX.
   *
   * @param file the file
   * @param sha256 its hash
   * @param sizeBytes its size
   * @throws FaultException INVALID_ARGUMENT: a file that cannot be read, or of another network;
   *     DATA_LOSS: the ONNX file computes something else
   */
  public Converted convert(Path file, String sha256, long sizeBytes) {
    int outputs = 2 * scheme.count();
    Map<String, Tensor> weights = KerasWeights.read(file, network, outputs);
    Network computing = new Network(Architecture.of(network), outputs, Regularisation.NONE);
    byte[] onnx = OnnxExport.write(computing, weights, inputSizePx);
    double difference =
        ExportCheck.largestDifference(onnx, computing, weights, pictures(), inputSizePx);
    ModelManifest manifest =
        ModelManifest.newBuilder()
            .setName(modelName)
            .setNetwork(TrainingJobContract.network(network))
            .setScheme(scheme.id())
            .setLandmarkScheme(SchemeContract.toProto(scheme))
            .setLandmarkCount(scheme.count())
            .setInputSizePx(inputSizePx)
            .setCropPolicy(Contracts.toProto(cropPolicy))
            .setLabelConvention(LabelConvention.LABEL_CONVENTION_CENTERED_V1)
            .setImported(
                ImportedWeights.newBuilder()
                    .setFormat(WeightsFormat.WEIGHTS_FORMAT_KERAS_HDF5)
                    .setSha256(sha256)
                    .setSizeBytes(sizeBytes))
            .setOnnxOpset(OnnxExport.OPSET)
            .setExportMaxDifference(difference)
            .build();
    return new Converted(
        manifest,
        UnsafeByteOperations.unsafeWrap(onnx),
        UnsafeByteOperations.unsafeWrap(StartModel.encode(weights)));
  }

  /** There are no faces to compare on; noise shows every weight as well. */
  private List<float[]> pictures() {
    SplittableRandom random = new SplittableRandom(1);
    List<float[]> pictures = new ArrayList<>();
    for (int i = 0; i < PICTURES_COMPARED; i++) {
      float[] picture = new float[3 * inputSizePx * inputSizePx];
      for (int k = 0; k < picture.length; k++) {
        picture[k] = (float) random.nextDouble();
      }
      pictures.add(picture);
    }
    return pictures;
  }
}
