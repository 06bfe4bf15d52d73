package dev.facealign.cli.training;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.v1.Network;

/** Networks by the names users give. */
public final class NetworkName {
  private NetworkName() {}

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
