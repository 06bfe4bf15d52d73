package dev.facealign.platform.contract;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.shape.ShapeModel;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetFormat;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.Landmark;
import dev.facealign.v1.ShapeAlignment;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Contract messages to domain values and back. What a message leaves out takes the default that the
 * contract documents; what it holds is checked, and refused with {@link FaultException}
 * INVALID_ARGUMENT naming the field. Enum values that this version does not know are refused by
 * their number.
 */
public final class Contracts {

  /** Scheme of a {@link DatasetRef} that names none. */
  public static final String DEFAULT_SCHEME = "68";

  private static final String CROP_POLICY = "crop_policy";

  private Contracts() {}

  /**
   * A crop policy; unspecified is {@link CropPolicy#SQUARE_V1}.
   *
   * @param number a message's {@code getCropPolicyValue()}
   */
  public static CropPolicy cropPolicy(int number) {
    return cropPolicy(number, CropPolicy.SQUARE_V1);
  }

  /** A crop policy with another default. */
  public static CropPolicy cropPolicy(int number, CropPolicy whenUnspecified) {
    dev.facealign.v1.CropPolicy known = dev.facealign.v1.CropPolicy.forNumber(number);
    if (known == null) {
      throw unknownEnum(CROP_POLICY, number, dev.facealign.v1.CropPolicy.values());
    }
    return switch (known) {
      case CROP_POLICY_UNSPECIFIED -> whenUnspecified;
      case CROP_POLICY_SQUARE_V1 -> CropPolicy.SQUARE_V1;
      case CROP_POLICY_STRETCH_V1 -> CropPolicy.STRETCH_V1;
      case UNRECOGNIZED ->
          throw unknownEnum(CROP_POLICY, number, dev.facealign.v1.CropPolicy.values());
    };
  }

  /** The contract's word for a crop policy. */
  public static dev.facealign.v1.CropPolicy toProto(CropPolicy policy) {
    return switch (policy) {
      case SQUARE_V1 -> dev.facealign.v1.CropPolicy.CROP_POLICY_SQUARE_V1;
      case STRETCH_V1 -> dev.facealign.v1.CropPolicy.CROP_POLICY_STRETCH_V1;
    };
  }

  /**
   * How shapes are aligned; unspecified is SHAPE_ALIGNMENT_NONE, the only way there is.
   *
   * @param number a message's {@code getAlignmentValue()}
   */
  public static ShapeAlignment shapeAlignment(int number) {
    ShapeAlignment known = ShapeAlignment.forNumber(number);
    if (known == null || known == ShapeAlignment.UNRECOGNIZED) {
      throw unknownEnum("alignment", number, ShapeAlignment.values());
    }
    return ShapeAlignment.SHAPE_ALIGNMENT_NONE;
  }

  /**
   * How many eigenvectors a smooth face keeps.
   *
   * @throws FaultException INVALID_ARGUMENT also where neither share is set
   */
  public static ComponentPolicy componentPolicy(dev.facealign.v1.ComponentPolicy policy) {
    return switch (policy.getPolicyCase()) {
      case VARIANCE_SHARE -> new ComponentPolicy.VarianceShare(policy.getVarianceShare());
      case COMPONENT_SHARE -> new ComponentPolicy.ComponentShare(policy.getComponentShare());
      case POLICY_NOT_SET ->
          throw FaultException.invalid(
              "components", "neither", "one of variance_share and component_share");
    };
  }

  /** The contract's form of a component policy. */
  public static dev.facealign.v1.ComponentPolicy toProto(ComponentPolicy policy) {
    dev.facealign.v1.ComponentPolicy.Builder message =
        dev.facealign.v1.ComponentPolicy.newBuilder();
    if (policy instanceof ComponentPolicy.VarianceShare variance) {
      return message.setVarianceShare(variance.share()).build();
    }
    if (policy instanceof ComponentPolicy.ComponentShare component) {
      return message.setComponentShare(component.share()).build();
    }
    throw new AssertionError(policy);
  }

  /** A box; its numbers are checked. */
  public static Box box(dev.facealign.v1.Box box) {
    return new Box(box.getX(), box.getY(), box.getWidth(), box.getHeight());
  }

  /** The contract's form of a box. */
  public static dev.facealign.v1.Box toProto(Box box) {
    return dev.facealign.v1.Box.newBuilder()
        .setX(box.x())
        .setY(box.y())
        .setWidth(box.width())
        .setHeight(box.height())
        .build();
  }

  /** Points of a face. */
  public static Landmarks landmarks(List<Landmark> points) {
    double[] xy = new double[2 * points.size()];
    for (int m = 0; m < points.size(); m++) {
      xy[2 * m] = points.get(m).getX();
      xy[2 * m + 1] = points.get(m).getY();
    }
    return Landmarks.of(xy);
  }

  /** The contract's form of a face's points. */
  public static List<Landmark> toProto(Landmarks landmarks) {
    Landmark[] points = new Landmark[landmarks.count()];
    for (int m = 0; m < points.length; m++) {
      points[m] =
          Landmark.newBuilder().setX((float) landmarks.x(m)).setY((float) landmarks.y(m)).build();
    }
    return List.of(points);
  }

  /**
   * A reference with its defaults filled in, so that two references that mean the same are equal.
   *
   * @param defaultSplit "train" for fitting and training, "test" for evaluating
   * @throws FaultException INVALID_ARGUMENT: no name, an unknown format or scheme. Whether the
   *     dataset is there is seen when it is opened.
   */
  public static DatasetRef dataset(DatasetRef reference, String defaultSplit) {
    DatasetFormat format = DatasetFormat.forNumber(reference.getFormatValue());
    if (format == null) {
      throw unknownEnum("dataset.format", reference.getFormatValue(), DatasetFormat.values());
    }
    if (reference.getName().isEmpty()) {
      throw FaultException.invalid("dataset.name", "", "the name of a dataset");
    }
    String scheme = reference.getScheme().isEmpty() ? DEFAULT_SCHEME : reference.getScheme();
    return DatasetRef.newBuilder()
        .setName(reference.getName())
        .setSplit(reference.getSplit().isEmpty() ? defaultSplit : reference.getSplit())
        .setFormat(DatasetFormat.DATASET_FORMAT_300W)
        .setScheme(LandmarkScheme.byId(scheme).id())
        .build();
  }

  /** What was read of a dataset. */
  public static DatasetFingerprint fingerprint(FaceDataset dataset) {
    return DatasetFingerprint.newBuilder()
        .setDataset(
            DatasetRef.newBuilder()
                .setName(dataset.name())
                .setSplit(dataset.split())
                .setFormat(DatasetFormat.DATASET_FORMAT_300W)
                .setScheme(dataset.scheme().id()))
        .setFaces(dataset.faces().size())
        .setSha256(dataset.fingerprint())
        .setExpectedFaces(dataset.expectedFaces())
        .build();
  }

  /** The numbers of a shape model; {@link StoredShapeModels} reads them from the store. */
  public static ShapeModel shapeModel(dev.facealign.v1.ShapeModel message) {
    int length = message.getMeanCount();
    int components = message.getEigenvaluesCount();
    if (message.getEigenvectorsCount() != length * components) {
      throw FaultException.invalid(
          "eigenvectors",
          message.getEigenvectorsCount() + " numbers",
          components + " vectors of " + length + " numbers");
    }
    LandmarkScheme scheme = LandmarkScheme.byId(message.getScheme());
    if (length != 2 * scheme.count()) {
      throw FaultException.invalid("mean", length + " numbers", 2 * scheme.count() + " numbers");
    }
    double[] flat = numbers(message.getEigenvectorsList());
    double[][] vectors = new double[components][];
    for (int i = 0; i < components; i++) {
      vectors[i] = Arrays.copyOfRange(flat, i * length, (i + 1) * length);
    }
    return new ShapeModel(
        scheme.id(),
        cropPolicy(message.getCropPolicyValue()),
        numbers(message.getMeanList()),
        numbers(message.getEigenvaluesList()),
        vectors);
  }

  /** A shape model in its stored form: without a version. */
  public static dev.facealign.v1.ShapeModel toProto(
      ShapeModel model, ShapeAlignment alignment, DatasetFingerprint dataset) {
    dev.facealign.v1.ShapeModel.Builder message =
        dev.facealign.v1.ShapeModel.newBuilder()
            .setScheme(model.schemeId())
            .setCropPolicy(toProto(model.cropPolicy()))
            .setAlignment(alignment)
            .setDataset(dataset);
    for (double value : model.mean()) {
      message.addMean(value);
    }
    for (double value : model.eigenvalues()) {
      message.addEigenvalues(value);
    }
    for (double[] vector : model.eigenvectors()) {
      for (double value : vector) {
        message.addEigenvectors(value);
      }
    }
    return message.build();
  }

  /** A point in time, to the millisecond. */
  public static Timestamp toProto(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }

  /** A point in time. */
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  /**
   * The refusal of an enum number this version does not know.
   *
   * @param values the enum's {@code values()}
   */
  public static FaultException unknownEnum(String field, int number, Enum<?>[] values) {
    List<String> known =
        Arrays.stream(values).map(Enum::name).filter(name -> !name.equals("UNRECOGNIZED")).toList();
    return FaultException.invalid(field, number, "one of " + known);
  }

  private static double[] numbers(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
