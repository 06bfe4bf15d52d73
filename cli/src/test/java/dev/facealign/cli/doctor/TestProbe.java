package dev.facealign.cli.doctor;

import java.util.concurrent.CountDownLatch;

/** A probe that finds its library well, missing another, crashing, or hanging. */
final class TestProbe {
  private TestProbe() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "well" -> {
        System.out.println("some library's chatter");
        System.out.println("Library 1.0");
      }
      case "unlinked" ->
          throw new UnsatisfiedLinkError(
              "/tmp/libjni.so: libnowhere.so.7: cannot open shared object file: No such file");
      case "crash" -> {
        new ProcessBuilder("kill", "-SEGV", Long.toString(ProcessHandle.current().pid())).start();
        new CountDownLatch(1).await();
      }
      default -> new CountDownLatch(1).await();
    }
  }
}
