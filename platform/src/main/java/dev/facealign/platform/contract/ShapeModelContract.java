package dev.facealign.platform.contract;

import dev.facealign.crop.FaceCropping;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.shape.ProcrustesMean;
import dev.facealign.shape.ShapeAlignment;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeNormalisation;
import dev.facealign.v1.DatasetFingerprint;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shape models in messages; {@link StoredShapeModels} has them in the store. */
public final class ShapeModelContract {

  private static final String ALIGNMENT = "alignment";

  private ShapeModelContract() {}

  /**
   * How shapes are aligned; unspecified is not at all.
   *
   * @param number a message's {@code getAlignmentValue()}
   */
  public static ShapeAlignment alignment(int number) {
    dev.facealign.v1.ShapeAlignment known = dev.facealign.v1.ShapeAlignment.forNumber(number);
    if (known == null) {
      throw unknownAlignment(number);
    }
    return switch (known) {
      case SHAPE_ALIGNMENT_UNSPECIFIED, SHAPE_ALIGNMENT_NONE -> ShapeAlignment.NONE;
      case SHAPE_ALIGNMENT_PROCRUSTES -> ShapeAlignment.PROCRUSTES;
      case UNRECOGNIZED -> throw unknownAlignment(number);
    };
  }

  private static FaultException unknownAlignment(int number) {
    return Contracts.unknownEnum(ALIGNMENT, number, dev.facealign.v1.ShapeAlignment.values());
  }

  /** The contract's word for an alignment. */
  public static dev.facealign.v1.ShapeAlignment toProto(ShapeAlignment alignment) {
    return switch (alignment) {
      case NONE -> dev.facealign.v1.ShapeAlignment.SHAPE_ALIGNMENT_NONE;
      case PROCRUSTES -> dev.facealign.v1.ShapeAlignment.SHAPE_ALIGNMENT_PROCRUSTES;
    };
  }

  /**
   * The shape model of a message.
   *
   * @throws FaultException INVALID_ARGUMENT where its parts do not fit together
   */
  public static ShapeModel shapeModel(dev.facealign.v1.ShapeModel message) {
    int length = message.getMeanCount();
    int components = message.getEigenvaluesCount();
    if (message.getEigenvectorsCount() != (long) length * components) {
      throw FaultException.invalid(
          "eigenvectors",
          message.getEigenvectorsCount() + " numbers",
          components + " vectors of " + length + " numbers");
    }
    LandmarkScheme scheme = SchemeContract.scheme(message.getLandmarkScheme(), message.getScheme());
    double[] flat = numbers(message.getEigenvectorsList());
    double[][] vectors = new double[components][];
    for (int i = 0; i < components; i++) {
      vectors[i] = Arrays.copyOfRange(flat, i * length, (i + 1) * length);
    }
    return new ShapeModel(
        scheme,
        normalisation(message),
        numbers(message.getMeanList()),
        numbers(message.getEigenvaluesList()),
        vectors);
  }

  private static ShapeNormalisation normalisation(dev.facealign.v1.ShapeModel message) {
    return new ShapeNormalisation(
        new FaceCropping(
            Contracts.cropPolicy(message.getCropPolicyValue()),
            Contracts.boxSource(message.getBoxSourceValue(), message.getBoxJitter())),
        procrustesMean(message));
  }

  private static @Nullable ProcrustesMean procrustesMean(dev.facealign.v1.ShapeModel message) {
    ShapeAlignment alignment = alignment(message.getAlignmentValue());
    int numbers = message.getProcrustesMeanCount();
    if (numbers > 0 != (alignment == ShapeAlignment.PROCRUSTES)) {
      throw FaultException.invalid(
          "procrustes_mean",
          numbers + " numbers",
          alignment == ShapeAlignment.PROCRUSTES
              ? message.getMeanCount() + ", as the mean has"
              : "none without alignment");
    }
    return numbers == 0 ? null : new ProcrustesMean(numbers(message.getProcrustesMeanList()));
  }

  /** A shape model in its stored form: without a version. */
  public static dev.facealign.v1.ShapeModel toProto(ShapeModel model, DatasetFingerprint dataset) {
    ShapeNormalisation normalisation = model.normalisation();
    FaceCropping cropping = normalisation.cropping();
    dev.facealign.v1.ShapeModel.Builder message =
        dev.facealign.v1.ShapeModel.newBuilder()
            .setScheme(model.scheme().id())
            .setLandmarkScheme(SchemeContract.toProto(model.scheme()))
            .setCropPolicy(Contracts.toProto(cropping.policy()))
            .setBoxSource(Contracts.toProto(cropping.boxes()))
            .setAlignment(toProto(normalisation.alignment()))
            .setDataset(dataset)
            .addAllMean(list(model.mean()))
            .addAllEigenvalues(list(model.eigenvalues()));
    Contracts.boxJitter(cropping.boxes()).ifPresent(message::setBoxJitter);
    for (double[] vector : model.eigenvectors()) {
      message.addAllEigenvectors(list(vector));
    }
    ProcrustesMean target = normalisation.procrustesMean();
    if (target != null) {
      message.addAllProcrustesMean(list(target.coordinates()));
    }
    return message.build();
  }

  private static List<Double> list(double[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  private static double[] numbers(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
