package dev.facealign.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;

/** Java, and the platform that the natives are made for. */
final class JavaCheck implements Check {
  private static final String NAME = "Java";

  private final Path home;
  private final String platform;

  /** This process's. */
  static JavaCheck ofProcess() {
    return new JavaCheck(
        Path.of(System.getProperty("java.home")),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  /**
   * @param home Java's folder
   * @param platform as Java calls it, such as "Linux amd64"
   */
  JavaCheck(Path home, String platform) {
    this.home = home;
    this.platform = platform;
  }

  @Override
  public Finding look() {
    String found =
        Runtime.version()
            + " ("
            + System.getProperty("java.vendor")
            + "), "
            + home
            + ", "
            + platform;
    if (!platform.equals("Linux amd64")) {
      return Finding.problem(
          NAME,
          found,
          "run it on Linux x86-64: the natives of PyTorch, ONNX Runtime and OpenCV are for that");
    }
    if (!Files.exists(home.resolve("bin").resolve("javac"))) {
      return Finding.warning(
          NAME,
          found + ", without a compiler",
          "to build, set JAVA_HOME to a JDK of version 17 or newer");
    }
    return Finding.ok(NAME, found);
  }
}
