package dev.facealign.trainer.network;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What PyTorch has in one pass, forward and backward, and DJL has no call for. Written with DJL's
 * calls the activations take three to four passes over memory and keep as many copies, which is a
 * quarter of a training step. They reach PyTorch as TorchScript of one line.
 */
final class TorchFunction {

  /** min(max(x, 0), 6), written over x. */
  static final TorchFunction RELU6 = new TorchFunction("torch.hardtanh_(x, 0., 6.)");

  /** x / (1 + exp(-x)). */
  static final TorchFunction SWISH = new TorchFunction("torch.silu(x)");

  /**
   * Pictures turned by 180°, with a pixel's channels side by side in memory (2 is PyTorch's number
   * for that order). The shape does not tell, but all layers keep that order, and PyTorch's
   * convolutions on a CPU want it: in the other they rearrange what they read and write, which
   * doubles the time of a step.
   */
  static final TorchFunction TURN_CHANNELS_LAST =
      new TorchFunction("torch.contiguous(torch.flip(x, [2, 3]), memory_format=2)");

  /** What Python pickles for an object of a class "M" without attributes. */
  private static final String PICKLED_MODULE = "\u0080\u0002c__torch__\nM\nq\0)\u0081}b.";

  private static final String PICKLED_EMPTY_TUPLE = "\u0080\u0002).";

  /** PyTorch frees the module with its model. */
  private final Model model;

  private TorchFunction(String expression) {
    model = Model.newInstance(expression, Device.cpu(), Torch.engine().getEngineName());
    try {
      model.load(new ByteArrayInputStream(module(expression)));
    } catch (IOException | ai.djl.MalformedModelException e) {
      throw new IllegalStateException(expression + " cannot be loaded", e);
    }
  }

  /** The file that torch.jit.save writes. */
  private static byte[] module(String expression) {
    String code =
        """
        class M(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self: __torch__.M,
            x: Tensor) -> Tensor:
            return %s
        """
            .formatted(expression);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      add(zip, "data.pkl", PICKLED_MODULE);
      add(zip, "code/__torch__.py", code);
      add(zip, "constants.pkl", PICKLED_EMPTY_TUPLE);
      add(zip, "version", "3\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("M/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /** Leaves {@code x} open. */
  NDArray of(NDArray x) {
    // "Training" means here: gradients flow where a collector asks for them, and only there.
    return model
        .getBlock()
        .forward(new ParameterStore(x.getManager(), false), new NDList(x), true)
        .singletonOrThrow();
  }
}
