package dev.facealign.cli.doctor;

import dev.facealign.cli.standalone.Installation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** An NVIDIA GPU, and what training on it needs. */
final class GpuCheck implements Check {
  private static final String NAME = "GPU";
  private static final Pattern DRIVER =
      Pattern.compile("(?:Kernel Module|for x86_64)\\s+(\\d+)\\.");

  /** The first driver that knows CUDA 11.8. */
  private static final int OLDEST_DRIVER = 520;

  private static final List<String> LIBRARY_FOLDERS =
      List.of("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "usr/local/nvidia/lib64");

  private final SystemFiles files;
  private final Installation installation;

  GpuCheck(SystemFiles files, Installation installation) {
    this.files = files;
    this.installation = installation;
  }

  @Override
  public Finding look() {
    int devices = devices();
    OptionalLong driver = files.number("proc/driver/nvidia/version", DRIVER);
    boolean built = Files.exists(installation.cudaLibraries().resolve("libcudart.so"));
    String build = built ? ", build for GPUs" : ", build without GPUs";
    if (devices == 0 && driver.isEmpty()) {
      return Finding.ok(NAME, "none: training takes the processors" + build);
    }
    String found =
        devices
            + " NVIDIA device(s), driver "
            + (driver.isPresent() ? driver.getAsLong() : "none")
            + build;
    List<String> missing = new ArrayList<>();
    if (devices == 0) {
      missing.add("let this machine or container have the device files /dev/nvidia*");
    }
    if (driver.isEmpty()) {
      missing.add("install NVIDIA's driver, " + OLDEST_DRIVER + " or newer");
    } else if (driver.getAsLong() < OLDEST_DRIVER) {
      missing.add("update NVIDIA's driver to " + OLDEST_DRIVER + " or newer (CUDA 11.8)");
    }
    if (LIBRARY_FOLDERS.stream().noneMatch(folder -> files.has(folder + "/libcuda.so.1"))) {
      missing.add("install libcuda.so.1, which comes with the driver");
    }
    if (!built) {
      missing.add("./facealign build -Pgpu-cu118 (3.7 GB of downloads)");
    }
    return missing.isEmpty()
        ? Finding.ok(NAME, found)
        : Finding.warning(NAME, found, "to train on it: " + String.join("; ", missing));
  }

  private int devices() {
    Path folder = files.root().resolve("dev");
    int count = 0;
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(folder, "nvidia[0-9]*")) {
      for (Path unused : devices) {
        count++;
      }
    } catch (IOException e) {
      return 0;
    }
    return count;
  }
}
