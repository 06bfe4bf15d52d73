package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The built project, where the programs of standalone mode are started from.
 *
 * @param home the project's top folder
 */
public record Installation(Path home) {
  /** The environment variable that names the project's top folder. */
  public static final String HOME_VARIABLE = "FACEALIGN_HOME";

  /** The installation that the environment names. */
  public static Installation of(Invocation invocation) {
    String home = invocation.variable(HOME_VARIABLE, "");
    if (home.isEmpty()) {
      throw new CommandFailure(
          HOME_VARIABLE
              + ": not set (expected: the project's folder; start with the `facealign` script there)");
    }
    return new Installation(invocation.resolve(Path.of(home)));
  }

  /** The folder, laid out as an artifact store, of the models that come with the project. */
  public Optional<Path> shippedModels() {
    Path store = home.resolve("deploy");
    return Files.isDirectory(store.resolve("models")) ? Optional.of(store) : Optional.empty();
  }

  /** CUDA's libraries, of a build for GPUs; the folder may be missing. */
  public Path cudaLibraries() {
    return home.resolve("trainer-service").resolve("target").resolve("cuda");
  }

  /**
   * How a small program of a module is started.
   *
   * @throws CommandFailure when the module is not built
   */
  public List<String> command(String module, String mainClass, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-Djava.awt.headless=true",
                "-Dai.djl.offline=true",
                "-cp",
                classPath(module),
                mainClass));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * The class path of a module's program: its jar, then what it needs.
   *
   * @throws CommandFailure when the module is not built
   */
  String classPath(String module) {
    Path target = home.resolve(module).resolve("target");
    Path list = target.resolve("classpath.txt");
    try {
      return jar(module, target) + File.pathSeparator + Files.readString(list).strip();
    } catch (IOException e) {
      throw notBuilt(module, list.toString(), e);
    }
  }

  private static Path jar(String module, Path target) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, module + "-*.jar")) {
      for (Path jar : jars) {
        String name = jar.getFileName().toString();
        if (!name.endsWith("-sources.jar")
            && !name.endsWith("-javadoc.jar")
            && !name.endsWith("-tests.jar")) {
          return jar;
        }
      }
    }
    throw notBuilt(module, target + "/" + module + "-*.jar", null);
  }

  private static CommandFailure notBuilt(String module, String missing, @Nullable Throwable cause) {
    return new CommandFailure(
        module
            + ": not built, "
            + missing
            + " is missing (expected: a built project; run `./facealign build`)",
        cause);
  }
}
