package dev.facealign.dataset.catalog;

import dev.facealign.dataset.DatasetFaults;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Landmark schemes that a dataset brings in its top folder, and those that everybody has. */
final class SchemeLookup {
  private static final String PREFIX = "scheme-";
  private static final String SUFFIX = ".properties";

  private final Path folder;
  private final String dataset;

  SchemeLookup(Path folder, String dataset) {
    this.folder = folder;
    this.dataset = dataset;
  }

  /**
   * @param schemeId empty: the dataset's own, or else the default
   * @param defaultId one that comes with the library
   */
  LandmarkScheme find(String schemeId, Supplier<String> defaultId) {
    List<LandmarkScheme> own = own();
    if (!schemeId.isEmpty()) {
      return own.stream()
          .filter(scheme -> scheme.id().equals(schemeId))
          .findFirst()
          .or(() -> LandmarkScheme.shipped(schemeId))
          .orElseThrow(() -> unknown(schemeId, own));
    }
    if (own.size() > 1) {
      throw FaultException.invalid(
          "dataset.scheme",
          null,
          "one of those that the dataset " + dataset + " brings: " + ids(own));
    }
    return own.isEmpty() ? LandmarkScheme.byId(defaultId.get()) : own.get(0);
  }

  private List<LandmarkScheme> own() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, PREFIX + "?*" + SUFFIX)) {
      stream.forEach(files::add);
    } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
      throw DatasetFaults.unreadable("dataset " + dataset, e);
    }
    files.sort(null);
    List<LandmarkScheme> own = new ArrayList<>();
    for (Path file : files) {
      LandmarkScheme scheme = LandmarkScheme.read(file);
      requireNotAnother(file, scheme);
      own.add(scheme);
    }
    return own;
  }

  /**
   * Models name the shipped schemes by their identifiers; another of the name would be mistaken.
   */
  private void requireNotAnother(Path file, LandmarkScheme scheme) {
    LandmarkScheme.shipped(scheme.id())
        .filter(shipped -> !shipped.equals(scheme))
        .ifPresent(
            shipped -> {
              throw FaultException.invalid(
                  "SCHEME_INVALID",
                  dataset + "/" + file.getFileName(),
                  "another scheme \"" + scheme.id() + "\" than the one that everybody has",
                  "an identifier of its own");
            });
  }

  private static FaultException unknown(String schemeId, List<LandmarkScheme> own) {
    TreeSet<String> known = new TreeSet<>(ids(own));
    known.add(LandmarkScheme.IBUG_68.id());
    known.add(LandmarkScheme.COFW_29.id());
    return FaultException.invalid("dataset.scheme", schemeId, "one of " + known);
  }

  private static List<String> ids(List<LandmarkScheme> schemes) {
    return schemes.stream().map(LandmarkScheme::id).toList();
  }
}
