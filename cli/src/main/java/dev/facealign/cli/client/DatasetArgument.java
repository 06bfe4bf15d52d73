package dev.facealign.cli.client;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.standalone.DataFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A dataset as the user names it: {@code NAME}, {@code DIR} or {@code NAME=DIR}. Services know
 * datasets by name only; a folder is made known to a suite on this machine by a symbolic link among
 * its datasets.
 */
public final class DatasetArgument {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  private DatasetArgument() {}

  /**
   * The dataset's name for the services, made known to them if it is a folder.
   *
   * @throws CommandFailure when the folder is not there, or the suite is not on this machine
   */
  public static String resolve(String argument, SuiteConnection connection, Invocation invocation) {
    int equals = argument.indexOf('=');
    if (equals > 0) {
      Path target = invocation.resolve(Path.of(argument.substring(equals + 1)));
      return register(argument.substring(0, equals), target, connection);
    }
    if (NAME.matcher(argument).matches()
        && (known(argument, connection)
            || !Files.isDirectory(invocation.resolve(Path.of(argument))))) {
      return argument;
    }
    Path target = invocation.resolve(Path.of(argument)).toAbsolutePath();
    Path name = target.getFileName();
    return register(name == null ? "" : name.toString(), target, connection);
  }

  private static boolean known(String name, SuiteConnection connection) {
    return connection
        .standaloneFolder()
        .map(f -> Files.exists(f.datasets().resolve(name)))
        .orElse(false);
  }

  private static String register(String name, Path target, SuiteConnection connection) {
    if (!Files.isDirectory(target)) {
      throw new CommandFailure(
          "dataset "
              + target
              + ": no such folder (expected: a dataset's name, or a folder of annotated faces)");
    }
    DataFolder folder =
        connection
            .standaloneFolder()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "dataset "
                            + target
                            + ": a folder is only known to a suite of `facealign up` on this machine (expected: such a"
                            + " suite, or the name of a folder in the services' datasets folder)"));
    link(folder, name, target);
    return name;
  }

  /**
   * Makes a folder known under a name.
   *
   * @throws CommandFailure when the name is not one, or stands for another folder
   */
  public static void link(DataFolder folder, String name, Path target) {
    if (!NAME.matcher(name).matches()) {
      throw new CommandFailure(
          "dataset name: "
              + name
              + " (expected: letters, digits, '.', '_', '-'; choose one with NAME=DIR)");
    }
    Path link = folder.datasets().resolve(name);
    try {
      Path real = target.toRealPath();
      if (Files.isSymbolicLink(link) && !Files.exists(link)) {
        Files.delete(link); // its folder is gone
      }
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, real);
      } else if (!link.toRealPath().equals(real)) {
        throw new CommandFailure(
            "dataset "
                + name
                + ": stands for "
                + link.toRealPath()
                + " already (expected: "
                + real
                + "; choose another name with NAME=DIR)");
      }
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(
          "dataset " + name + ": was just made known by another command (expected: try again)", e);
    } catch (IOException e) {
      throw new CommandFailure("dataset " + name + ": cannot be linked at " + link + ": " + e, e);
    }
  }
}
