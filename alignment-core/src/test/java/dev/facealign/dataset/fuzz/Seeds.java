package dev.facealign.dataset.fuzz;

import dev.facealign.dataset.cofw.CofwLayout;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Files to begin with. */
final class Seeds {
  /** Few points make small files, which are spoilt faster. */
  static final LandmarkScheme THREE_POINTS = threePoints();

  private Seeds() {}

  /** Texts; each character is a byte. */
  static List<byte[]> texts(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toList();
  }

  /** The .mat files of COFW's tests. */
  static List<byte[]> resources(String... names) {
    return Arrays.stream(names).map(Seeds::resource).toList();
  }

  /** What Jazzer found in a target and left in its folder of the test's resources. */
  static List<byte[]> findings(Class<?> target) {
    URL folder = target.getResource(target.getSimpleName() + "Inputs/readsOrRefuses");
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      List<byte[]> findings = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        findings.add(Files.readAllBytes(file));
      }
      return findings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = CofwLayout.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LandmarkScheme threePoints() {
    try {
      Path file = Files.createTempFile("scheme-", ".properties");
      try {
        Files.writeString(file, "count=3\nmirror=\n");
        return LandmarkScheme.read(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
