package dev.facealign.benchmarks.accuracy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Box;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.trainer.export.OnnxExport;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A model on a test split, around the true points' boxes. Fractions. A face is measured, excluded
 * or failed as in a report of eval-service: excluded, in no figure but the count, where the dataset
 * gives nothing to measure by (no picture, or none that can be read; no length to divide by; points
 * without a box); failed, above every threshold and in no mean, where its picture cannot be decoded
 * or the model's points are not finite.
 *
 * @param split which
 * @param faces measured, failed ones included
 * @param excluded not measured
 * @param failed without a prediction
 * @param nme mean, by the scheme's default normaliser
 * @param failureRateAt010 share of faces above 10 %
 * @param aucAt010 area under the cumulative error distribution up to 10 %
 */
record TestMeasurement(
    String split,
    int faces,
    int excluded,
    int failed,
    double nme,
    double failureRateAt010,
    double aucAt010) {

  /**
   * Measures, and tells on standard error of each face that is excluded or failed.
   *
   * @param onnx as {@link OnnxExport} writes it
   */
  static TestMeasurement of(byte[] onnx, FaceDataset test, CropPolicy policy, int sizePx) {
    ErrorDistribution.Builder errors = new ErrorDistribution.Builder();
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx)) {
      Model model = new Model(session, policy, sizePx);
      for (FaceSample face : test.faces()) {
        add(errors, model, test.scheme(), face);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
    ErrorDistribution distribution = errors.build();
    return new TestMeasurement(
        test.split(),
        distribution.faces() - distribution.excluded(),
        distribution.excluded(),
        distribution.failed(),
        distribution.mean(),
        distribution.failureRate(0.1),
        distribution.auc(0.1));
  }

  private static void add(
      ErrorDistribution.Builder errors, Model model, LandmarkScheme scheme, FaceSample face) {
    double length;
    Box box;
    byte[] picture;
    try {
      length = length(scheme, face);
      box = face.landmarks().boundingBox();
      picture = face.readEncodedPicture();
    } catch (FaultException e) {
      System.err.println("excluded: face " + face.id() + ": " + e.getMessage());
      errors.addExcluded();
      return;
    }
    try {
      errors.add(Nme.of(model.landmarks(picture, box), face.landmarks(), length));
    } catch (FaultException e) {
      System.err.println("failed: face " + face.id() + ": " + e.getMessage());
      errors.addFailed();
    } catch (OrtException e) {
      throw new IllegalStateException("face " + face.id() + ": ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private static double length(LandmarkScheme scheme, FaceSample face) {
    Normaliser normaliser = Normaliser.defaultOf(scheme);
    double length = normaliser.distance(scheme, face.landmarks());
    if (!(length > 0)) {
      throw FaultException.invalid(normaliser.name(), length, "> 0");
    }
    return length;
  }

  /** Crops as inference-service does, one face at a time. */
  private static final class Model {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final OrtSession session;
    private final CropPolicy policy;
    private final int sizePx;
    private final float[] pixels;

    Model(OrtSession session, CropPolicy policy, int sizePx) {
      this.session = session;
      this.policy = policy;
      this.sizePx = sizePx;
      this.pixels = new float[3 * sizePx * sizePx];
    }

    /** In the picture. */
    Landmarks landmarks(byte[] picture, Box box) throws OrtException {
      CropRegion region = policy.region(box);
      CropSampler.sample(decoder.decode(picture), region.cropToImage(sizePx), sizePx, pixels, 0);
      return region.toImage(labels());
    }

    private double[] labels() throws OrtException {
      long[] shape = {1, 3, sizePx, sizePx};
      try (OnnxTensor input =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(), FloatBuffer.wrap(pixels), shape);
          OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
        OnnxValue output =
            result
                .get(OnnxExport.OUTPUT)
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "output "
                                + OnnxExport.OUTPUT
                                + ": missing (expected: among "
                                + session.getOutputNames()
                                + ")"));
        float[] found = ((float[][]) output.getValue())[0];
        double[] labels = new double[found.length];
        for (int i = 0; i < labels.length; i++) {
          labels[i] = found[i];
        }
        return labels;
      }
    }
  }
}
