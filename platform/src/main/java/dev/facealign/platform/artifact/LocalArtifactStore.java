package dev.facealign.platform.artifact;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Artifacts in a folder, which several processes may share.
 *
 * <p>Layout: {@code <root>/<kind>/<key>/<files>} and {@code artifact.json}, which lists them. An
 * artifact is written to {@code <root>/.tmp}, every file is forced to disk, the list last, and the
 * folder is moved to its place in one step.
 */
public final class LocalArtifactStore implements ArtifactStore {

  private static final String SEGMENT = "[A-Za-z0-9_-][A-Za-z0-9._-]*";
  private static final Pattern FILE_NAME = Pattern.compile(SEGMENT);
  private static final Pattern KEY = Pattern.compile(SEGMENT + "(/" + SEGMENT + ")*");

  private final Path root;
  private final Clock clock;

  /**
   * A store in a folder, which is made when something is published first. Half-written artifacts
   * that crashed processes left are removed.
   */
  public LocalArtifactStore(Path root) {
    this(root, Clock.systemUTC());
  }

  LocalArtifactStore(Path root, Clock clock) {
    this.root = root.toAbsolutePath().normalize();
    this.clock = clock;
    WorkFolder.removeAbandoned(workFolders());
  }

  /** The store's folder. */
  public Path root() {
    return root;
  }

  @Override
  public StoredArtifact publish(ArtifactKind kind, String key, Map<String, ArtifactSource> files) {
    Path target = folder(kind, key);
    requireFileNames(files);
    requireNoArtifactAbove(kind, target);
    try (WorkFolder work = WorkFolder.create(workFolders())) {
      List<StoredFile> written = new ArrayList<>();
      for (Map.Entry<String, ArtifactSource> file : new TreeMap<>(files).entrySet()) {
        written.add(write(work.path().resolve(file.getKey()), file.getValue()));
      }
      ArtifactIndex index =
          new ArtifactIndex(written, clock.instant().truncatedTo(ChronoUnit.MILLIS));
      write(
          work.path().resolve(ArtifactIndex.FILE),
          ArtifactSource.bytes(index.toJson().getBytes(StandardCharsets.UTF_8)));
      force(work.path());
      Files.createDirectories(parent(target));
      if (!moveUnlessThere(work.path(), target)) {
        return requireSame(kind, key, target, written);
      }
      force(parent(target));
      return new StoredArtifact(key, target, written, index.publishedAt());
    } catch (IOException e) {
      throw unavailable("publish " + kind.folder() + "/" + key, e);
    }
  }

  @Override
  public StoredArtifact open(ArtifactKind kind, String key) {
    Path folder = folder(kind, key);
    ArtifactIndex index = index(kind, key, folder);
    for (StoredFile file : index.files()) {
      verify(kind, key, folder.resolve(file.name()), file);
    }
    return new StoredArtifact(key, folder, index.files(), index.publishedAt());
  }

  @Override
  public boolean exists(ArtifactKind kind, String key) {
    return Files.isRegularFile(folder(kind, key).resolve(ArtifactIndex.FILE));
  }

  @Override
  public List<String> keys(ArtifactKind kind, String prefix) {
    Path base = root.resolve(kind.folder());
    // Below the prefix's whole segments only: there may be many others.
    Path start = base.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1)).normalize();
    if (!start.startsWith(base) || !Files.isDirectory(start)) {
      return List.of();
    }
    List<String> keys = new ArrayList<>();
    try {
      Files.walkFileTree(
          start,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String key = base.relativize(parent(file)).toString().replace('\\', '/');
              if (file.endsWith(ArtifactIndex.FILE) && key.startsWith(prefix)) {
                keys.add(key);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted meanwhile
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw unavailable("list " + kind.folder(), e);
    }
    keys.sort(Comparator.naturalOrder());
    return List.copyOf(keys);
  }

  @Override
  public void delete(ArtifactKind kind, String key) {
    Path folder = folder(kind, key);
    if (!Files.exists(folder.resolve(ArtifactIndex.FILE))) {
      return;
    }
    try (WorkFolder work = WorkFolder.create(workFolders())) {
      Files.move(folder, work.path().resolve("deleted"), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // Somebody else deleted it meanwhile.
    } catch (IOException e) {
      throw unavailable("delete " + kind.folder() + "/" + key, e);
    }
  }

  @Override
  public void requireUsable() {
    try {
      Files.createDirectories(root);
      if (!Files.isWritable(root) || !Files.isReadable(root)) {
        throw new AccessDeniedException(root.toString());
      }
    } catch (IOException e) {
      throw unavailable("use " + root, e);
    }
  }

  private Path workFolders() {
    return root.resolve(".tmp");
  }

  private Path folder(ArtifactKind kind, String key) {
    if (!KEY.matcher(key).matches()) {
      throw FaultException.invalid("key", key, "segments " + SEGMENT + " separated by '/'");
    }
    return root.resolve(kind.folder()).resolve(key);
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent(), "every path here is below the root");
  }

  private static void requireFileNames(Map<String, ArtifactSource> files) {
    if (files.isEmpty()) {
      throw FaultException.invalid("files", "none", "at least one file");
    }
    for (String name : files.keySet()) {
      if (!FILE_NAME.matcher(name).matches() || name.equals(ArtifactIndex.FILE)) {
        throw FaultException.invalid("file name", name, SEGMENT + " and not " + ArtifactIndex.FILE);
      }
    }
  }

  /** An artifact's folder holds its files only; another artifact inside it would vanish with it. */
  private void requireNoArtifactAbove(ArtifactKind kind, Path target) {
    Path base = root.resolve(kind.folder());
    for (Path above = target.getParent();
        above != null && !above.equals(base);
        above = above.getParent()) {
      if (Files.exists(above.resolve(ArtifactIndex.FILE))) {
        throw FaultException.invalid(
            "key", base.relativize(target), "not below the artifact " + base.relativize(above));
      }
    }
  }

  private static StoredFile write(Path target, ArtifactSource source) throws IOException {
    MessageDigest digest = ContentHash.digest();
    long size;
    try (FileChannel channel =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
      if (source instanceof ArtifactSource.FileSource file) {
        try (InputStream in = Files.newInputStream(file.path())) {
          in.transferTo(out);
        }
      } else if (source instanceof ArtifactSource.Bytes bytes) {
        out.write(bytes.content());
      }
      channel.force(true);
      size = channel.size();
    }
    return new StoredFile(String.valueOf(target.getFileName()), size, ContentHash.hex(digest));
  }

  /** Forces a folder's entries to disk, so that a power cut does not undo a publication. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static boolean moveUnlessThere(Path from, Path to) throws IOException {
    if (Files.exists(to.resolve(ArtifactIndex.FILE))) {
      return false;
    }
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      // rename(2) refuses a folder that is not empty: somebody was faster.
      if (Files.exists(to.resolve(ArtifactIndex.FILE))) {
        return false;
      }
      throw e;
    }
  }

  private StoredArtifact requireSame(
      ArtifactKind kind, String key, Path folder, List<StoredFile> written) {
    ArtifactIndex index = index(kind, key, folder);
    if (!index.files().equals(written)) {
      throw FaultException.of(
          FaultKind.ALREADY_EXISTS,
          "ARTIFACT_DIFFERS",
          kind.folder()
              + "/"
              + key
              + ": published with other content (expected: the same files, or a key of its own)");
    }
    return new StoredArtifact(key, folder, index.files(), index.publishedAt());
  }

  private ArtifactIndex index(ArtifactKind kind, String key, Path folder) {
    Path file = folder.resolve(ArtifactIndex.FILE);
    String json;
    try {
      json = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw FaultException.notFound("artifact", kind.folder() + "/" + key, "a published artifact");
    } catch (IOException e) {
      throw unavailable("read " + kind.folder() + "/" + key, e);
    }
    try {
      return ArtifactIndex.parse(json);
    } catch (RuntimeException e) {
      throw damaged(kind, key, ArtifactIndex.FILE + " is no artifact index", e);
    }
  }

  private static void verify(ArtifactKind kind, String key, Path path, StoredFile expected) {
    try {
      long size = Files.size(path);
      String hash = size == expected.sizeBytes() ? ContentHash.sha256(path) : "not computed";
      if (!hash.equals(expected.sha256())) {
        throw damaged(
            kind,
            key,
            "%s has %d bytes, sha256 %s (expected: %d bytes, sha256 %s)"
                .formatted(expected.name(), size, hash, expected.sizeBytes(), expected.sha256()),
            null);
      }
    } catch (NoSuchFileException e) {
      throw damaged(kind, key, expected.name() + " is missing", e);
    } catch (IOException e) {
      throw unavailable("read " + kind.folder() + "/" + key + "/" + expected.name(), e);
    }
  }

  private static FaultException damaged(
      ArtifactKind kind, String key, String what, @Nullable Throwable cause) {
    return FaultException.of(
        FaultKind.DATA_LOSS, "ARTIFACT_DAMAGED", kind.folder() + "/" + key + ": " + what, cause);
  }

  private static FaultException unavailable(String action, Exception e) {
    String text = String.valueOf(e.getMessage());
    boolean full =
        text.toLowerCase(Locale.ROOT).contains("no space left")
            || text.toLowerCase(Locale.ROOT).contains("quota exceeded");
    return FaultException.of(
        full ? FaultKind.RESOURCE_EXHAUSTED : FaultKind.UNAVAILABLE,
        full ? "STORE_FULL" : "STORE_UNAVAILABLE",
        "artifact store: cannot " + action + ": " + e,
        e);
  }

  /** Deletes a folder and what is in it. */
  static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // It is gone.
    }
  }
}
