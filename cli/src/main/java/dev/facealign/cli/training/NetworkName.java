package dev.facealign.cli.training;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.v1.Network;
import java.util.Iterator;
import java.util.List;

/** Networks by the names users give. */
public final class NetworkName {
  private NetworkName() {}

  /** For shells that complete them. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("mobilenet-v2", "efficientnet-b0", "efficientnet-b3").iterator();
    }
  }

  /**
   * The contract's word for a name.
   *
   * @param option where the name was given, for the message
   * @throws CommandFailure when there is no such network
   */
  public static Network parse(String option, String name) {
    return switch (name) {
      case "mobilenet-v2" -> Network.NETWORK_MOBILENET_V2;
      case "efficientnet-b0" -> Network.NETWORK_EFFICIENTNET_B0;
      case "efficientnet-b3" -> Network.NETWORK_EFFICIENTNET_B3;
      default ->
          throw new CommandFailure(
              option
                  + ": "
                  + name
                  + " (expected: mobilenet-v2, efficientnet-b0 or efficientnet-b3)");
    };
  }
}
