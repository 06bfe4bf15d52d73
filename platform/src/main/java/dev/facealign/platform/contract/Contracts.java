package dev.facealign.platform.contract;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.DatasetFingerprint;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.Landmark;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Contract messages to domain values and back. What a message leaves out takes the default that the
 * contract documents; what it holds is checked, and refused with {@link FaultException}
 * INVALID_ARGUMENT naming the field. Enum values that this version does not know are refused by
 * their number.
 */
public final class Contracts {

  private static final String BOX_SOURCE = "box_source";
  private static final String CROP_POLICY = "crop_policy";
  private static final String DATASET_FORMAT = "dataset.format";

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
   * A reference, checked, with its split filled in. The format and the scheme of a reference that
   * names none are known when the dataset is opened.
   *
   * @param defaultSplit "train" for fitting and training, "test" for evaluating
   * @throws FaultException INVALID_ARGUMENT: no name, an unknown format. Whether the dataset and
   *     its scheme are there is seen when it is opened.
   */
  public static DatasetRef dataset(DatasetRef reference, String defaultSplit) {
    if (reference.getName().isEmpty()) {
      throw FaultException.invalid("dataset.name", "", "the name of a dataset");
    }
    return DatasetRef.newBuilder()
        .setName(reference.getName())
        .setSplit(reference.getSplit().isEmpty() ? defaultSplit : reference.getSplit())
        .setFormat(toProto(datasetFormat(reference.getFormatValue())))
        .setScheme(reference.getScheme())
        .build();
  }

  /**
   * The faces that a reference means.
   *
   * @param reference as {@link #dataset} gives it
   */
  public static DatasetSelection selection(DatasetRef reference) {
    return new DatasetSelection(
        reference.getName(),
        reference.getSplit(),
        reference.getScheme(),
        datasetFormat(reference.getFormatValue()));
  }

  /** The reference that means these faces. */
  public static DatasetRef toProto(DatasetSelection selection) {
    return DatasetRef.newBuilder()
        .setName(selection.name())
        .setSplit(selection.split())
        .setScheme(selection.schemeId())
        .setFormat(toProto(selection.format()))
        .build();
  }

  /**
   * How a dataset is laid out; empty where it is told from the folder's files.
   *
   * @param number a reference's {@code getFormatValue()}
   */
  public static Optional<DatasetFormat> datasetFormat(int number) {
    dev.facealign.v1.DatasetFormat known = dev.facealign.v1.DatasetFormat.forNumber(number);
    if (known == null) {
      throw unknownEnum(DATASET_FORMAT, number, dev.facealign.v1.DatasetFormat.values());
    }
    return switch (known) {
      case DATASET_FORMAT_UNSPECIFIED -> Optional.empty();
      case DATASET_FORMAT_300W -> Optional.of(DatasetFormat.W300);
      case DATASET_FORMAT_COFW -> Optional.of(DatasetFormat.COFW);
      case DATASET_FORMAT_CROPS -> Optional.of(DatasetFormat.CROPS);
      case DATASET_FORMAT_TABLE -> Optional.of(DatasetFormat.TABLE);
      case UNRECOGNIZED ->
          throw unknownEnum(DATASET_FORMAT, number, dev.facealign.v1.DatasetFormat.values());
    };
  }

  /** The contract's word for a format. */
  public static dev.facealign.v1.DatasetFormat toProto(Optional<DatasetFormat> format) {
    return format
        .map(
            known ->
                switch (known) {
                  case W300 -> dev.facealign.v1.DatasetFormat.DATASET_FORMAT_300W;
                  case COFW -> dev.facealign.v1.DatasetFormat.DATASET_FORMAT_COFW;
                  case CROPS -> dev.facealign.v1.DatasetFormat.DATASET_FORMAT_CROPS;
                  case TABLE -> dev.facealign.v1.DatasetFormat.DATASET_FORMAT_TABLE;
                })
        .orElse(dev.facealign.v1.DatasetFormat.DATASET_FORMAT_UNSPECIFIED);
  }

  /** What was read of a dataset. */
  public static DatasetFingerprint fingerprint(FaceDataset dataset) {
    return fingerprint(dataset.summary());
  }

  /** What was read of a dataset. */
  public static DatasetFingerprint fingerprint(DatasetSummary summary) {
    return DatasetFingerprint.newBuilder()
        .setDataset(
            DatasetRef.newBuilder()
                .setName(summary.name())
                .setSplit(summary.split())
                .setFormat(toProto(Optional.of(summary.format())))
                .setScheme(summary.scheme().id()))
        .setFaces(summary.faces())
        .setSha256(summary.sha256())
        .setExpectedFaces(summary.expectedFaces())
        .build();
  }

  /**
   * Which box of an annotated face the crop is taken around; unspecified is the ground truth.
   *
   * @param number a message's {@code getBoxSourceValue()}
   * @param jitter a message's {@code box_jitter}; read with BOX_SOURCE_JITTERED only
   * @throws FaultException INVALID_ARGUMENT also for BOX_SOURCE_DETECTOR, which is no box of the
   *     annotation
   */
  public static BoxSource boxSource(int number, BoxJitter jitter) {
    dev.facealign.v1.BoxSource known = dev.facealign.v1.BoxSource.forNumber(number);
    if (known == null) {
      throw unknownEnum(BOX_SOURCE, number, dev.facealign.v1.BoxSource.values());
    }
    return switch (known) {
      case BOX_SOURCE_UNSPECIFIED, BOX_SOURCE_GROUND_TRUTH -> BoxSource.GROUND_TRUTH;
      case BOX_SOURCE_GIVEN -> BoxSource.GIVEN;
      case BOX_SOURCE_JITTERED ->
          new BoxSource.Jittered(
              jitter.hasShiftShare() ? jitter.getShiftShare() : 0.05,
              jitter.hasScaleShare() ? jitter.getScaleShare() : 0.1,
              jitter.hasSeed() ? jitter.getSeed() : 1);
      case BOX_SOURCE_DETECTOR ->
          throw FaultException.invalid(
              BOX_SOURCE,
              known,
              "BOX_SOURCE_GROUND_TRUTH, BOX_SOURCE_GIVEN or BOX_SOURCE_JITTERED");
      case UNRECOGNIZED ->
          throw unknownEnum(BOX_SOURCE, number, dev.facealign.v1.BoxSource.values());
    };
  }

  /** The contract's word for a box source. */
  public static dev.facealign.v1.BoxSource toProto(BoxSource source) {
    if (source instanceof BoxSource.GroundTruth) {
      return dev.facealign.v1.BoxSource.BOX_SOURCE_GROUND_TRUTH;
    }
    if (source instanceof BoxSource.Given) {
      return dev.facealign.v1.BoxSource.BOX_SOURCE_GIVEN;
    }
    return dev.facealign.v1.BoxSource.BOX_SOURCE_JITTERED;
  }

  /** How far a source's boxes stray, every default filled in; empty where they do not. */
  public static Optional<BoxJitter> boxJitter(BoxSource source) {
    return source instanceof BoxSource.Jittered jittered
        ? Optional.of(
            BoxJitter.newBuilder()
                .setShiftShare(jittered.shiftShare())
                .setScaleShare(jittered.scaleShare())
                .setSeed(jittered.seed())
                .build())
        : Optional.empty();
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
}
