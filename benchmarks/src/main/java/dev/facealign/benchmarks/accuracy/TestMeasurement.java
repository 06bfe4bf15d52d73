package dev.facealign.benchmarks.accuracy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A model on a test split, around the true points' boxes, as eval-service measures it. Fractions.
 *
 * @param split which
 * @param faces measured
 * @param nme mean, by the scheme's default normaliser
 * @param failureRateAt010 share of faces above 10 %
 * @param aucAt010 area under the cumulative error distribution up to 10 %
 */
record TestMeasurement(
    String split, int faces, double nme, double failureRateAt010, double aucAt010) {

  static TestMeasurement of(byte[] onnx, FaceDataset test, CropPolicy policy, int sizePx) {
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    Normaliser normaliser = Normaliser.defaultOf(test.scheme());
    double[] errors = new double[test.faces().size()];
    float[] pixels = new float[3 * sizePx * sizePx];
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx)) {
      for (int i = 0; i < errors.length; i++) {
        FaceSample face = test.faces().get(i);
        CropRegion region = policy.region(face.landmarks().boundingBox());
        CropSampler.sample(
            face.readPicture(decoder), region.cropToImage(sizePx), sizePx, pixels, 0);
        errors[i] =
            Nme.of(
                region.toImage(landmarks(session, pixels, sizePx)),
                face.landmarks(),
                normaliser.distance(test.scheme(), face.landmarks()));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
    ErrorDistribution distribution = ErrorDistribution.of(errors);
    return new TestMeasurement(
        test.split(),
        errors.length,
        distribution.mean(),
        distribution.failureRate(0.1),
        distribution.auc(0.1));
  }

  private static double[] landmarks(OrtSession session, float[] pixels, int sizePx)
      throws OrtException {
    long[] shape = {1, 3, sizePx, sizePx};
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(pixels), shape);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      float[] output = ((float[][]) result.get(0).getValue())[0];
      double[] labels = new double[output.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = output[i];
      }
      return labels;
    }
  }
}
