package dev.facealign.platform.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalArtifactStoreTest {

  private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path root;
  private ArtifactStore store;

  @BeforeEach
  void openStore() {
    store = new LocalArtifactStore(root, Clock.fixed(FIRST, ZoneOffset.UTC));
  }

  @Test
  void givesBackWhatWasPublished() throws IOException {
    // Given
    Path source = Files.writeString(Files.createTempFile("content", ".bin"), "from a file", UTF_8);

    // When
    store.publish(
        ArtifactKind.MODEL,
        "v1",
        Map.of("b.txt", bytes("beta"), "a.bin", ArtifactSource.file(source)));
    StoredArtifact opened = store.open(ArtifactKind.MODEL, "v1");

    // Then
    assertThat(opened.files())
        .containsExactly(
            new StoredFile("a.bin", 11, ContentHash.sha256("from a file".getBytes(UTF_8))),
            new StoredFile("b.txt", 4, ContentHash.sha256("beta".getBytes(UTF_8))));
    assertThat(opened.file("a.bin")).hasContent("from a file");
    assertThat(opened.publishedAt()).isEqualTo(FIRST);
    assertFault(() -> opened.file("c"), FaultKind.NOT_FOUND, "artifact file: v1/c");
    Files.delete(source);
  }

  @Test
  void publishesTheSameContentOnce() {
    // Given
    store.publish(ArtifactKind.MODEL, "v1", Map.of("a", bytes("alpha")));
    Clock later = Clock.fixed(FIRST.plus(Duration.ofDays(1)), ZoneOffset.UTC);

    // When
    StoredArtifact again =
        new LocalArtifactStore(root, later)
            .publish(ArtifactKind.MODEL, "v1", Map.of("a", bytes("alpha")));

    // Then
    assertThat(again.publishedAt()).isEqualTo(FIRST);
    assertThat(store.open(ArtifactKind.MODEL, "v1")).isEqualTo(again);
  }

  @Test
  void refusesOtherContentUnderTheSameKey() {
    // Given
    store.publish(ArtifactKind.MODEL, "v1", Map.of("a", bytes("alpha")));

    // When, Then
    assertFault(
        () -> store.publish(ArtifactKind.MODEL, "v1", Map.of("a", bytes("other"))),
        FaultKind.ALREADY_EXISTS,
        "models/v1: published with other content");
    assertThat(store.open(ArtifactKind.MODEL, "v1").file("a")).hasContent("alpha");
  }

  @Test
  void oneOfManyPublishersAtOnceWinsAndAllSeeIt() throws Exception {
    // Given
    int publishers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(publishers);
    List<Callable<StoredArtifact>> calls = new ArrayList<>();
    for (int i = 0; i < publishers; i++) {
      // As many processes: each has a store and a clock of its own.
      Clock clock = Clock.fixed(FIRST.plusSeconds(i), ZoneOffset.UTC);
      calls.add(
          () ->
              new LocalArtifactStore(root, clock)
                  .publish(ArtifactKind.SHAPE_MODEL, "same", Map.of("a", bytes("alpha"))));
    }

    // When
    Set<StoredArtifact> seen;
    try {
      seen =
          threads.invokeAll(calls).stream()
              .map(LocalArtifactStoreTest::result)
              .collect(Collectors.toSet());
    } finally {
      threads.shutdown();
    }

    // Then
    assertThat(seen).containsExactly(store.open(ArtifactKind.SHAPE_MODEL, "same"));
    assertThat(workFolders()).isEmpty();
  }

  @Test
  void refusesChangedBytesByName() throws IOException {
    // Given
    StoredArtifact artifact =
        store.publish(ArtifactKind.MODEL, "v1", Map.of("model.onnx", bytes("weights")));
    Files.writeString(artifact.file("model.onnx"), "weightz", UTF_8);

    // When, Then
    assertFault(
        () -> store.open(ArtifactKind.MODEL, "v1"),
        FaultKind.DATA_LOSS,
        "models/v1: model.onnx has 7 bytes, sha256 "
            + ContentHash.sha256("weightz".getBytes(UTF_8))
            + " (expected: 7 bytes, sha256 "
            + ContentHash.sha256("weights".getBytes(UTF_8))
            + ")");
  }

  @Test
  void refusesTruncatedMissingAndUnlistedFilesByName() throws IOException {
    // Given
    StoredArtifact cut = store.publish(ArtifactKind.MODEL, "cut", Map.of("a", bytes("alpha")));
    Files.writeString(cut.file("a"), "al", UTF_8);
    StoredArtifact lost = store.publish(ArtifactKind.MODEL, "lost", Map.of("a", bytes("alpha")));
    Files.delete(lost.file("a"));
    StoredArtifact list = store.publish(ArtifactKind.MODEL, "list", Map.of("a", bytes("alpha")));
    Files.writeString(list.folder().resolve("artifact.json"), "{\"files\": [", UTF_8);

    // When, Then
    assertFault(
        () -> store.open(ArtifactKind.MODEL, "cut"),
        FaultKind.DATA_LOSS,
        "models/cut: a has 2 bytes, sha256 not computed (expected: 5 bytes");
    assertFault(
        () -> store.open(ArtifactKind.MODEL, "lost"),
        FaultKind.DATA_LOSS,
        "models/lost: a is missing");
    assertFault(
        () -> store.open(ArtifactKind.MODEL, "list"),
        FaultKind.DATA_LOSS,
        "models/list: artifact.json is no artifact index");
    assertFault(
        () -> store.open(ArtifactKind.MODEL, "none"), FaultKind.NOT_FOUND, "artifact: models/none");
  }

  @Test
  void leavesNothingOfAPublicationThatFails() {
    // When
    assertFault(
        () ->
            store.publish(
                ArtifactKind.MODEL,
                "half",
                Map.of("a", bytes("alpha"), "b", ArtifactSource.file(root.resolve("absent")))),
        FaultKind.UNAVAILABLE,
        "artifact store: cannot publish models/half");

    // Then
    assertThat(store.exists(ArtifactKind.MODEL, "half")).isFalse();
    assertThat(store.keys(ArtifactKind.MODEL, "")).isEmpty();
    assertThat(workFolders()).isEmpty();
  }

  @Test
  void removesWhatCrashedWritersLeftAndNothingOfLivingOnes() throws IOException {
    // Given
    Path parent = Files.createDirectories(root.resolve(".tmp"));
    Path abandoned = Files.createDirectory(parent.resolve("crashed"));
    Files.writeString(abandoned.resolve("model.onnx"), "half", UTF_8);
    Files.createFile(parent.resolve("crashed.lock"));
    try (WorkFolder living = WorkFolder.create(parent)) {
      // When
      ArtifactStore restarted = new LocalArtifactStore(root);

      // Then
      assertThat(abandoned).doesNotExist();
      assertThat(living.path()).isDirectory();
      assertThat(workFolders()).containsExactly(living.path().getFileName().toString());
      assertThat(restarted.keys(ArtifactKind.MODEL, "")).isEmpty();
    }
  }

  @Test
  void listsKeysByPrefixAndForgetsDeletedOnes() {
    // Given
    for (String key :
        List.of("job-1/1/epoch-00002", "job-1/1/epoch-00001", "job-2/1/epoch-00001")) {
      store.publish(ArtifactKind.CHECKPOINT, key, Map.of("a", bytes(key)));
    }

    // When
    store.delete(ArtifactKind.CHECKPOINT, "job-1/1/epoch-00001");
    store.delete(ArtifactKind.CHECKPOINT, "never/there");

    // Then
    assertThat(store.keys(ArtifactKind.CHECKPOINT, "job-1/"))
        .containsExactly("job-1/1/epoch-00002");
    assertThat(store.keys(ArtifactKind.CHECKPOINT, ""))
        .containsExactly("job-1/1/epoch-00002", "job-2/1/epoch-00001");
    assertThat(store.exists(ArtifactKind.CHECKPOINT, "job-1/1/epoch-00001")).isFalse();
    assertThat(workFolders()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "..", "a/../b", "a//b", "/etc/passwd", ".tmp", "a b", "a/", "ä"})
  void refusesKeysThatCouldLeaveTheStore(String key) {
    assertFault(() -> store.open(ArtifactKind.MODEL, key), FaultKind.INVALID_ARGUMENT, "key: ");
    assertFault(
        () -> store.publish(ArtifactKind.MODEL, key, Map.of("a", bytes("x"))),
        FaultKind.INVALID_ARGUMENT,
        "key: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "artifact.json", ".hidden"})
  void refusesFileNamesOfOtherForm(String name) {
    assertFault(
        () -> store.publish(ArtifactKind.MODEL, "v1", Map.of(name, bytes("x"))),
        FaultKind.INVALID_ARGUMENT,
        "file name: ");
  }

  @Test
  void refusesAnArtifactInsideAnother() {
    // Given
    store.publish(ArtifactKind.CHECKPOINT, "job/1", Map.of("a", bytes("alpha")));

    // When, Then
    assertFault(
        () -> store.publish(ArtifactKind.CHECKPOINT, "job/1/epoch", Map.of("a", bytes("alpha"))),
        FaultKind.INVALID_ARGUMENT,
        "key: job/1/epoch (expected: not below the artifact job/1)");
  }

  @Test
  void saysThatTheStoreCannotBeReached() throws IOException {
    // Given
    Path file = Files.writeString(root.resolve("file"), "in the way", UTF_8);
    ArtifactStore unreachable = new LocalArtifactStore(file.resolve("store"));

    // When, Then
    assertFault(
        () -> unreachable.publish(ArtifactKind.MODEL, "v1", Map.of("a", bytes("x"))),
        FaultKind.UNAVAILABLE,
        "artifact store: cannot publish models/v1");
    assertFault(unreachable::requireUsable, FaultKind.UNAVAILABLE, "artifact store: cannot use ");
    store.requireUsable();
  }

  private List<String> workFolders() {
    try (Stream<Path> entries = Files.list(root.resolve(".tmp"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static StoredArtifact result(Future<StoredArtifact> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ArtifactSource bytes(String text) {
    return ArtifactSource.bytes(text.getBytes(UTF_8));
  }

  private static void assertFault(ThrowingCallable call, FaultKind kind, String messageStart) {
    assertThatThrownBy(call)
        .asInstanceOf(type(FaultException.class))
        .satisfies(fault -> assertThat(fault.kind()).isEqualTo(kind))
        .satisfies(fault -> assertThat(fault.getMessage()).startsWith(messageStart));
  }
}
