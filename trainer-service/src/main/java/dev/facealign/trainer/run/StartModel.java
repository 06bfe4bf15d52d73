package dev.facealign.trainer.run;

import ai.djl.ndarray.types.Shape;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.network.Network;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.TensorSpec.Role;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that a run begins with, instead of weights drawn at random.
 *
 * @param version the model's
 * @param network its architecture
 * @param scheme landmark scheme of its outputs
 * @param weights its tensors by name
 */
public record StartModel(
    String version, NetworkKind network, LandmarkScheme scheme, Map<String, Tensor> weights) {

  /** A model's file of its weights: safetensors, 16 bits a number. */
  public static final String FILE = "weights.safetensors";

  /** Reason of the fault for a file that is none, or a damaged one. */
  public static final String UNREADABLE = "WEIGHTS_UNREADABLE";

  private static final TensorFile.Owner OWNER = new TensorFile.Owner("weights", UNREADABLE);

  /** The content of {@value #FILE}. */
  public static byte[] encode(Map<String, Tensor> weights) {
    return new TensorFile(Map.of("format", "pt"), weights).encode(TensorFile.Precision.F16);
  }

  /**
   * A model by the content of its {@value #FILE}.
   *
   * @throws FaultException DATA_LOSS, reason {@value #UNREADABLE}
   */
  public static StartModel decode(
      String version, NetworkKind network, LandmarkScheme scheme, byte[] file) {
    return new StartModel(version, network, scheme, TensorFile.decode(file, OWNER).tensors());
  }

  /**
   * First weights of a network. The trunk is this model's; so are the layers behind it where the
   * points are the same ones, else they are left as drawn.
   *
   * @param computing the network, of the same architecture
   * @param points what it is to find
   * @param drawn first weights of a run without a start
   * @throws FaultException DATA_LOSS, reason {@value #UNREADABLE}: a tensor of the trunk is missing
   *     or has another shape
   */
  Map<String, Tensor> begin(Network computing, LandmarkScheme points, Map<String, Tensor> drawn) {
    Map<String, Tensor> first = new LinkedHashMap<>(drawn);
    for (TensorSpec spec : computing.tensors()) {
      Tensor own = weights.get(spec.name());
      boolean fits = own != null && spec.shape().equals(new Shape(own.shape()));
      if (fits && (isTrunk(spec.role()) || scheme.equals(points))) {
        first.put(spec.name(), own);
      } else if (!fits && isTrunk(spec.role())) {
        throw FaultException.of(
            FaultKind.DATA_LOSS,
            UNREADABLE,
            "weights of "
                + version
                + ": "
                + spec.name()
                + ": "
                + own
                + " (expected: "
                + spec.shape()
                + ")");
      }
    }
    return first;
  }

  private static boolean isTrunk(Role role) {
    return role != Role.HEAD_KERNEL && role != Role.HEAD_BIAS && !role.ofCertainty();
  }
}
