package dev.facealign.cli.training;

/** Text of strangers, made fit for a terminal, which control characters would steer. */
final class Printable {
  private Printable() {}

  /** Without control characters, on one line. */
  static String line(String text) {
    return text(text.strip().replaceAll("\\R", " "));
  }

  /** Without control characters other than line ends and tabs. */
  static String text(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                safe.append(String.format("\\u%04x", c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }
}
