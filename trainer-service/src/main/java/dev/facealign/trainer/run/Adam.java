package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba, ICLR 2015) or AdamW (Loshchilov and Hutter, ICLR 2019), with moments that
 * can be saved: DJL's own keeps them to itself. Weight decay acts on kernels and matrices only. All
 * gradients of a step are scaled down together where their common norm is above the largest
 * allowed; those of a certainty head have a norm of their own, so that they change nothing in the
 * rest of the network.
 */
final class Adam implements AutoCloseable {

  private static final float BETA_1 = 0.9f;
  private static final float BETA_2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final float NO_CLIPPING_BY_VALUE = -1f;

  private final OptimiserSpec spec;
  private final NDManager manager;
  private final Weights firstMoments;
  private final Weights secondMoments;
  private final List<Learnt> network;
  private final List<Learnt> certainty;

  /** One learnt tensor. */
  private record Learnt(NDArray weight, NDArray firstMoment, NDArray secondMoment, float decay) {}

  /**
   * Prepares the learnt tensors for gradients.
   *
   * @param parent where device memory is accounted
   * @param tensors the network's
   * @param weights what is changed
   * @param firstMoments by tensor name
   * @param secondMoments by tensor name
   */
  Adam(
      NDManager parent,
      OptimiserSpec spec,
      List<TensorSpec> tensors,
      Weights weights,
      Map<String, Tensor> firstMoments,
      Map<String, Tensor> secondMoments) {
    this.spec = spec;
    this.manager = parent.newSubManager();
    List<TensorSpec> changed = tensors.stream().filter(tensor -> tensor.role().learnt()).toList();
    this.firstMoments = new Weights(manager, changed, firstMoments);
    this.secondMoments = new Weights(manager, changed, secondMoments);
    this.network = learnt(changed, false, weights);
    this.certainty = learnt(changed, true, weights);
  }

  private List<Learnt> learnt(List<TensorSpec> changed, boolean ofCertainty, Weights weights) {
    return changed.stream()
        .filter(tensor -> tensor.role().ofCertainty() == ofCertainty)
        .map(tensor -> learnt(tensor, weights))
        .toList();
  }

  private Learnt learnt(TensorSpec tensor, Weights weights) {
    NDArray weight = weights.get(tensor.name());
    weight.setRequiresGradient(true);
    boolean decays = spec.kind() == OptimiserKind.ADAMW && tensor.role().decays();
    return new Learnt(
        weight,
        firstMoments.get(tensor.name()),
        secondMoments.get(tensor.name()),
        decays ? (float) spec.weightDecay() : 0f);
  }

  /** Moments before the first step. */
  static Map<String, Tensor> noMoments(List<TensorSpec> tensors) {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    for (TensorSpec tensor : tensors) {
      if (tensor.role().learnt()) {
        int size = Math.toIntExact(tensor.shape().size());
        zeros.put(tensor.name(), new Tensor(tensor.shape().getShape(), new float[size]));
      }
    }
    return zeros;
  }

  /**
   * Changes the weights by the gradients of the latest backward pass and clears the gradients.
   *
   * @param step steps done before this one
   * @param rate learning rate
   * @return the norm of the gradient before it was scaled, a certainty head's left out; where it is
   *     not finite, nothing was changed. A head whose own norm is not finite learns no more in this
   *     run, its gradients add up: it must not end what it is no part of
   */
  double step(long step, double rate) {
    try (NDList ofNetwork = gradients(network);
        NDList ofCertainty = gradients(certainty)) {
      double norm = norm(ofNetwork);
      if (!Double.isFinite(norm)) {
        return norm;
      }
      change(network, ofNetwork, norm, step, rate);
      double certaintyNorm = certainty.isEmpty() ? 0 : norm(ofCertainty);
      if (Double.isFinite(certaintyNorm)) {
        change(certainty, ofCertainty, certaintyNorm, step, rate);
      }
      return norm;
    }
  }

  private static NDList gradients(List<Learnt> learnt) {
    NDList gradients = new NDList();
    for (Learnt tensor : learnt) {
      gradients.add(tensor.weight().getGradient());
    }
    return gradients;
  }

  private void change(List<Learnt> learnt, NDList gradients, double norm, long step, double rate) {
    float scale = (float) Math.min(1, spec.gradientClipNorm() / norm);
    double steps = (double) step + 1;
    double correction = Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps));
    for (int i = 0; i < learnt.size(); i++) {
      Learnt tensor = learnt.get(i);
      tensor
          .weight()
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(
                  tensor.weight(), gradients.get(i), tensor.firstMoment(), tensor.secondMoment()),
              new NDList(tensor.weight()),
              (float) rate,
              (float) (rate * correction),
              tensor.decay(),
              scale,
              NO_CLIPPING_BY_VALUE,
              BETA_1,
              BETA_2,
              EPSILON,
              true,
              true);
    }
  }

  /** One number leaves the device, not one a tensor. */
  private static double norm(NDList gradients) {
    NDList norms = new NDList();
    try (norms) {
      for (NDArray gradient : gradients) {
        norms.add(gradient.norm());
      }
      try (NDArray all = NDArrays.stack(norms);
          NDArray norm = all.norm()) {
        return norm.getFloat();
      }
    }
  }

  /** Running means of the gradients, by tensor name. */
  Map<String, Tensor> firstMoments() {
    return firstMoments.toHost();
  }

  /** Running means of the squared gradients, by tensor name. */
  Map<String, Tensor> secondMoments() {
    return secondMoments.toHost();
  }

  @Override
  public void close() {
    manager.close();
  }
}
