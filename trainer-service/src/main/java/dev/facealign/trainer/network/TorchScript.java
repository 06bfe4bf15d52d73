package dev.facealign.trainer.network;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function in TorchScript, PyTorch's own language: what takes DJL many calls, each with its way
 * into native code and back, or what it has no call for, is one call so.
 */
public final class TorchScript {

  /** What Python pickles for an object of a class "M" without attributes. */
  private static final String PICKLED_MODULE = "\u0080\u0002c__torch__\nM\nq\0)\u0081}b.";

  private static final String PICKLED_EMPTY_TUPLE = "\u0080\u0002).";

  /** PyTorch frees the module with its model. */
  private final Model model;

  /**
   * Compiles a function.
   *
   * @param parameters names and types as TorchScript has them, such as "x: Tensor, y: List[Tensor]"
   * @param body its lines, the last a "return" of a Tensor
   */
  public TorchScript(String parameters, String body) {
    model = Model.newInstance("TorchScript", Device.cpu(), Torch.engine().getEngineName());
    try {
      model.load(new ByteArrayInputStream(module(parameters, body)));
    } catch (IOException | ai.djl.MalformedModelException e) {
      throw new IllegalStateException("TorchScript cannot be loaded: " + body, e);
    }
  }

  /** The file that torch.jit.save writes. */
  private static byte[] module(String parameters, String body) {
    String code =
        """
        class M(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self: __torch__.M,
            %s) -> Tensor:
        %s
        """
            .formatted(parameters, body.strip().indent(4));
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

  /**
   * A List[Tensor] parameter of a call: arrays by a name of its own.
   *
   * @param name no other of the call has it
   */
  public static NDList list(String name, List<NDArray> arrays) {
    NDList list = new NDList(arrays);
    // So DJL tells lists from single arrays, and one list from the next.
    list.forEach(array -> array.setName(name + "[]"));
    return list;
  }

  /**
   * Calls the function; gradients flow through it where a collector asks for them.
   *
   * @param manager gets the result
   * @param arguments single arrays, and the members of {@link #list lists}; left open
   */
  public NDArray call(NDManager manager, NDList arguments) {
    return forward(manager, arguments, true);
  }

  /** Calls the function for what it does to its arguments; no gradients are kept. */
  public NDArray change(NDManager manager, NDList arguments) {
    return forward(manager, arguments, false);
  }

  private NDArray forward(NDManager manager, NDList arguments, boolean withGradients) {
    return model
        .getBlock()
        .forward(new ParameterStore(manager, false), arguments, withGradients)
        .singletonOrThrow();
  }
}
