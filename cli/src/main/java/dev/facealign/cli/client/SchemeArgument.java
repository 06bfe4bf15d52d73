package dev.facealign.cli.client;

import dev.facealign.cli.invocation.Invocation;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;

/** A landmark scheme as the user names it: {@code 68}, {@code 29} or a file that tells it. */
public final class SchemeArgument {
  private static final String FILE_ENDING = ".properties";

  private SchemeArgument() {}

  /**
   * The scheme.
   *
   * @param argument "68", "29", or a path that ends in {@code .properties}
   * @throws dev.facealign.fault.FaultException INVALID_ARGUMENT: no such scheme, or a file that is
   *     none
   */
  public static LandmarkScheme resolve(String argument, Invocation invocation) {
    return LandmarkScheme.shipped(argument)
        .orElseGet(
            () ->
                argument.endsWith(FILE_ENDING)
                    ? LandmarkScheme.read(invocation.resolve(Path.of(argument)))
                    : LandmarkScheme.byId(argument));
  }
}
