package dev.facealign.cli.detect;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.v1.Box;
import java.util.List;
import java.util.regex.Pattern;

/** A face box as the user writes it. */
public final class BoxArgument {
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

  private BoxArgument() {}

  /** Reads {@code X,Y,W,H} in pixels. */
  public static Box parse(String text) {
    try {
      List<Double> numbers =
          COMMA.splitAsStream(text.strip()).map(Double::valueOf).filter(Double::isFinite).toList();
      if (numbers.size() == 4 && numbers.get(2) > 0 && numbers.get(3) > 0) {
        return Box.newBuilder()
            .setX(numbers.get(0))
            .setY(numbers.get(1))
            .setWidth(numbers.get(2))
            .setHeight(numbers.get(3))
            .build();
      }
    } catch (NumberFormatException e) {
      // Said below, with what was expected.
    }
    throw new CommandFailure(
        "--box: "
            + text
            + " (expected: X,Y,W,H in pixels with W and H > 0, such as 120,80,200,240)");
  }
}
