package dev.facealign.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.cli.doctor.Finding.Level;
import dev.facealign.cli.standalone.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that are not at hand, as their files in /proc, /sys and /dev would show them. */
class MachineChecksTest {
  @TempDir private Path root = Path.of("");

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Finding memory() {
    return new MemoryCheck(new SystemFiles(root)).look();
  }

  @Test
  void thisMachinesMemoryIsRead() {
    assertThat(new MemoryCheck(SystemFiles.REAL).look().found()).matches(".*iB, .*iB free.*");
  }

  @Test
  void aContainersBoundCountsAndItsFileCacheIsFree() throws Exception {
    // Given a machine of 64 GiB with a group of 6 GiB in a group of 3 GiB
    file("proc/meminfo", "MemTotal:  67108864 kB\nMemFree: 1 kB\nMemAvailable: 60000000 kB\n");
    file("proc/self/cgroup", "0::/outer/inner\n");
    file("sys/fs/cgroup/outer/memory.max", "3221225472\n");
    file("sys/fs/cgroup/outer/memory.current", "2147483648\n");
    file("sys/fs/cgroup/outer/memory.stat", "anon 1\ninactive_file 1610612736\n");
    file("sys/fs/cgroup/outer/inner/memory.max", "6442450944\n");

    // When
    Finding finding = memory();

    // Then
    assertThat(finding.level()).isEqualTo(Level.warning);
    assertThat(finding.found())
        .isEqualTo("3.0 GiB, 2.5 GiB free, bounded by a control group (container)");
    assertThat(finding.next()).contains("4 GiB or more for training");
  }

  @Test
  void tooSmallAContainerOfTheOldKindIsAProblem() throws Exception {
    // Given
    file("proc/meminfo", "MemTotal:  67108864 kB\nMemAvailable: 60000000 kB\n");
    file("proc/self/cgroup", "4:cpu,memory:/docker/1\n0::/\n");
    file("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "1073741824\n");

    // When, Then
    assertThat(memory().level()).isEqualTo(Level.problem);
    assertThat(memory().found()).startsWith("1.0 GiB, 1.0 GiB free");
  }

  @Test
  void groupsWithoutABoundSayNothing() throws Exception {
    // Given what Linux writes for "none", in both versions
    file("proc/meminfo", "MemTotal:  8388608 kB\nMemAvailable: 8388608 kB\n");
    file("proc/self/cgroup", "4:memory:/a\n0::/\n");
    file("sys/fs/cgroup/memory.max", "max\n");
    file("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");

    // When, Then
    assertThat(memory()).isEqualTo(Finding.ok("memory", "8.0 GiB, 8.0 GiB free"));
  }

  @Test
  void onOneProcessorTrainingIsInTheWay() throws Exception {
    // Given
    file("proc/cpuinfo", "processor\t: 0\nflags\t: fpu avx avx2\nprocessor\t: 1\n");

    // When
    Finding finding = new ProcessorCheck(new SystemFiles(root), 1).look();

    // Then
    assertThat(finding.level()).isEqualTo(Level.warning);
    assertThat(finding.found()).isEqualTo("1 of the machine's 2, with AVX2");
  }

  @Test
  void anotherPlatformHasNoNatives() {
    Finding finding = new JavaCheck(root, "Mac OS X aarch64").look();
    assertThat(finding.level()).isEqualTo(Level.problem);
    assertThat(finding.next()).contains("Linux x86-64");
  }

  @Test
  void withoutACompilerNothingCanBeBuilt() {
    Finding finding = new JavaCheck(root, "Linux amd64").look();
    assertThat(finding.level()).isEqualTo(Level.warning);
    assertThat(finding.next()).contains("JAVA_HOME");
  }

  @Test
  void aLocaleWithoutUtf8IsNamed() {
    assertThat(new LocaleCheck("ANSI_X3.4-1968").look().next()).startsWith("set LC_ALL=C.UTF-8");
    assertThat(new LocaleCheck("UTF-8").look().level()).isEqualTo(Level.ok);
  }

  @Test
  void withoutAGpuNothingIsMissing() throws Exception {
    // Given
    Files.createDirectories(root.resolve("dev"));

    // When, Then
    assertThat(gpu())
        .isEqualTo(Finding.ok("GPU", "none: training takes the processors, build without GPUs"));
  }

  @Test
  void whatAGpuMissesForTrainingIsNamed() throws Exception {
    // Given
    file("dev/nvidia0", "");
    file("dev/nvidiactl", "");
    file(
        "proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13\n");

    // When
    Finding finding = gpu();

    // Then
    assertThat(finding.level()).isEqualTo(Level.warning);
    assertThat(finding.found()).isEqualTo("1 NVIDIA device(s), driver 470, build without GPUs");
    assertThat(finding.next())
        .contains("update NVIDIA's driver to 520 or newer")
        .contains("libcuda.so.1")
        .contains("./facealign build -Pgpu-cu118");
  }

  @Test
  void aGpuWithAllItNeedsIsFine() throws Exception {
    // Given
    file("dev/nvidia0", "");
    file(
        "proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\n");
    file("usr/lib64/libcuda.so.1", "");
    file("home/trainer-service/target/cuda/libcudart.so", "");

    // When, Then
    assertThat(gpu())
        .isEqualTo(Finding.ok("GPU", "1 NVIDIA device(s), driver 570, build for GPUs"));
  }

  private Finding gpu() {
    return new GpuCheck(new SystemFiles(root), new Installation(root.resolve("home"))).look();
  }
}
