package dev.facealign.cli.standalone;

import dev.facealign.cli.invocation.Invocation;
import java.nio.file.Path;
import java.util.Map;

/**
 * What native libraries are told.
 *
 * @param cacheFolder where they are unpacked, once for all data folders; PyTorch's take 400 MB
 */
public record Natives(Path cacheFolder) {

  /** Below the user's cache folder. */
  public static Natives of(Invocation invocation) {
    Path home = Path.of(System.getProperty("user.home"), ".cache");
    return new Natives(
        Path.of(invocation.variable("XDG_CACHE_HOME", home.toString())).resolve("facealign"));
  }

  /** Environment variables of every program that loads some. */
  public Map<String, String> environment() {
    return Map.of(
        // DJL and ONNX Runtime report their use to their makers unless told not to; the latter also
        // ends the process on a long command line while it does.
        "OPT_OUT_TRACKING", "true",
        "ORT_DISABLE_TELEMETRY", "1",
        "DJL_CACHE_DIR", cacheFolder.resolve("djl").toString());
  }
}
