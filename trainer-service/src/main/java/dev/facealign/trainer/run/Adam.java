package dev.facealign.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.network.Tensor;
import dev.facealign.trainer.network.TensorSpec;
import dev.facealign.trainer.network.TorchScript;
import dev.facealign.trainer.network.Weights;
import java.util.ArrayList;
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

  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;

  /**
   * One call for all tensors: some 160 of them with a dozen operations each take longer on their
   * way from Java than to compute. Weights w, of which some decay, and moments m and v are changed
   * in place; the gradients g are cleared. {@code numbers} are the largest norm, what decaying
   * weights are multiplied by, and the corrected rate. A norm that is not finite changes nothing.
   */
  private static final TorchScript STEP =
      new TorchScript(
          "w: List[Tensor], decaying: List[Tensor], m: List[Tensor], v: List[Tensor],"
              + " g: List[Tensor], numbers: Tensor",
          """
          norm = torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
          if bool(torch.isfinite(norm)):
            scale = torch.clamp_max(torch.div(torch.select(numbers, 0, 0), norm), 1.)
            torch._foreach_mul_(g, float(scale))
            torch._foreach_mul_(m, 0.9)
            torch._foreach_add_(m, g, alpha=0.1)
            torch._foreach_mul_(v, 0.999)
            torch._foreach_addcmul_(v, g, g, 0.001)
            root = torch._foreach_sqrt(v)
            torch._foreach_add_(root, 1e-8)
            torch._foreach_mul_(decaying, float(torch.select(numbers, 0, 1)))
            torch._foreach_addcdiv_(w, m, root, -float(torch.select(numbers, 0, 2)))
            torch._foreach_zero_(g)
          else:
            pass
          return norm
          """);

  private final OptimiserSpec spec;
  private final NDManager manager;
  private final Weights firstMoments;
  private final Weights secondMoments;
  private final Group network;
  private final Group certainty;

  /**
   * Tensors whose gradients have one norm.
   *
   * @param weights what gradients are taken of
   * @param changed the lists w, decaying, m and v; the weights in them share their memory with
   *     {@code weights}
   */
  private record Group(List<NDArray> weights, NDList changed) {}

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
    for (TensorSpec tensor : changed) {
      weights.get(tensor.name()).setRequiresGradient(true);
    }
    this.network = group(changed, false, weights);
    this.certainty = group(changed, true, weights);
  }

  private Group group(List<TensorSpec> changed, boolean ofCertainty, Weights weights) {
    List<TensorSpec> members =
        changed.stream().filter(tensor -> tensor.role().ofCertainty() == ofCertainty).toList();
    List<TensorSpec> decaying =
        members.stream()
            .filter(tensor -> spec.kind() == OptimiserKind.ADAMW && tensor.role().decays())
            .toList();
    NDList lists = TorchScript.list("w", sharing(members, weights));
    List<NDArray> decayingHandles = sharing(decaying, weights);
    // DJL cannot pass an empty list.
    decayingHandles.add(manager.create(0f));
    lists.addAll(TorchScript.list("decaying", decayingHandles));
    lists.addAll(TorchScript.list("m", arrays(members, firstMoments)));
    lists.addAll(TorchScript.list("v", arrays(members, secondMoments)));
    return new Group(arrays(members, weights), lists);
  }

  private static List<NDArray> arrays(List<TensorSpec> tensors, Weights of) {
    return tensors.stream().map(tensor -> of.get(tensor.name())).toList();
  }

  /** Further handles of the same memory, of which no gradients are taken. */
  private List<NDArray> sharing(List<TensorSpec> tensors, Weights weights) {
    List<NDArray> handles = new ArrayList<>();
    for (NDArray weight : arrays(tensors, weights)) {
      NDArray handle = weight.stopGradient();
      handle.attach(manager);
      handles.add(handle);
    }
    return handles;
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
    double norm = change(network, step, rate);
    if (Double.isFinite(norm) && !certainty.weights().isEmpty()) {
      change(certainty, step, rate);
    }
    return norm;
  }

  private double change(Group group, long step, double rate) {
    double steps = (double) step + 1;
    double correction = Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps));
    List<NDArray> gradients = group.weights().stream().map(NDArray::getGradient).toList();
    try (NDManager ofStep = manager.newSubManager();
        NDList held = TorchScript.list("g", gradients)) {
      NDList arguments = new NDList(group.changed());
      arguments.addAll(held);
      arguments.add(
          ofStep.create(
              new double[] {
                spec.gradientClipNorm(), 1 - rate * spec.weightDecay(), rate * correction
              }));
      return STEP.change(ofStep, arguments).getFloat();
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
