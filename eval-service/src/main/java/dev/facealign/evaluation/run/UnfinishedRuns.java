package dev.facealign.evaluation.run;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.evaluation.inference.AnswerLog;
import dev.facealign.evaluation.inference.Cancellation;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.UnfinishedEvaluation;
import io.micronaut.context.annotation.Property;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluations that have not ended: a folder each, {@code evaluation-runs/<id>} below the artifacts'
 * root, with {@code run.json}, the {@link UnfinishedEvaluation}, and the answers there are so far.
 * One that has ended early is kept for {@code facealign.evaluation.keep-unfinished} (default 7
 * days). Several services may share the folder; a run is locked by the one that does it.
 */
@Singleton
public final class UnfinishedRuns {

  private static final Logger log = LoggerFactory.getLogger(UnfinishedRuns.class);
  private static final Pattern ID = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{8}");
  private static final String RUN = "run.json";
  private static final String LOCK = "lock";
  private static final Duration HANDING_OVER = Duration.ofSeconds(30);

  private record Running(Cancellation cancellation, CountDownLatch ended) {}

  private final Path root;
  private final Duration keep;
  private final ConcurrentMap<String, Running> running = new ConcurrentHashMap<>();

  UnfinishedRuns(
      @Property(name = "facealign.artifacts.root") Path artifacts,
      @Property(name = "facealign.evaluation.keep-unfinished", defaultValue = "7d") Duration keep) {
    this.root = artifacts.resolve("evaluation-runs");
    this.keep = keep;
  }

  /** A version's answers in a run's folder. */
  static Path answers(Path folder, String version) {
    return folder.resolve(version + ".answers");
  }

  /** Removes runs that nobody went on with. */
  @PostConstruct
  void removeOld() {
    for (String id : ids()) {
      Path folder = root.resolve(id);
      Optional<FileLock> lock = Optional.empty();
      try {
        if (lastUse(folder).plus(keep).isBefore(Instant.now())) {
          lock = lock(folder);
          if (lock.isPresent()) {
            delete(folder);
            log.info("unfinished evaluation removed id={} kept={}", id, keep);
          }
        }
      } catch (IOException e) {
        log.warn("unfinished evaluation not removed id={} error={}", id, e.toString());
      } finally {
        lock.ifPresent(UnfinishedRuns::release);
      }
    }
  }

  /** A new run. */
  UnfinishedRun begin(UnfinishedEvaluation run, Cancellation cancellation)
      throws InterruptedException {
    Path folder = root.resolve(run.getEvaluationId());
    try {
      Files.createDirectories(folder);
      Path written = folder.resolve(RUN + ".tmp");
      Files.writeString(written, JsonFormat.printer().print(run));
      Files.move(written, folder.resolve(RUN));
    } catch (IOException e) {
      throw unavailable(folder, e);
    }
    return open(run.getEvaluationId(), cancellation);
  }

  /**
   * A run to go on with. One that runs already in this service is ended first: whoever began it has
   * lost it.
   *
   * @throws FaultException NOT_FOUND; CONFLICT (EVALUATION_RUNNING) where it does not end, or runs
   *     in another service
   */
  UnfinishedRun open(String id, Cancellation cancellation) throws InterruptedException {
    Path folder = folder(id);
    Running mine = new Running(cancellation, new CountDownLatch(1));
    Running other = running.putIfAbsent(id, mine);
    while (other != null) {
      other.cancellation().cancel();
      if (!other.ended().await(HANDING_OVER.toMillis(), TimeUnit.MILLISECONDS)) {
        throw runs(id);
      }
      other = running.putIfAbsent(id, mine);
    }
    @Nullable FileLock lock = null;
    try {
      lock = lock(folder).orElseThrow(() -> runs(id));
      UnfinishedEvaluation begun = read(folder);
      FileLock held = lock;
      return new UnfinishedRun(
          begun,
          folder,
          () -> deleteQuietly(folder),
          () -> {
            release(held);
            end(id, mine);
          });
    } catch (IOException e) {
      end(id, mine, lock);
      throw e instanceof NoSuchFileException ? unknown(id) : unavailable(folder, e);
    } catch (RuntimeException e) {
      end(id, mine, lock);
      throw e;
    }
  }

  private void end(String id, Running mine, @Nullable FileLock lock) {
    if (lock != null) {
      release(lock);
    }
    end(id, mine);
  }

  private void end(String id, Running mine) {
    running.remove(id, mine);
    mine.ended().countDown();
  }

  /** Ends a run that another call does here, if there is one; its answers are kept. */
  public void stop(String id) {
    Running other = running.get(id);
    if (other != null) {
      other.cancellation().cancel();
    }
  }

  /** All there are, begun last first. */
  public List<UnfinishedEvaluation> list() {
    List<UnfinishedEvaluation> runs = new ArrayList<>();
    for (String id : ids()) {
      Path folder = root.resolve(id);
      try {
        UnfinishedEvaluation run = read(folder);
        runs.add(
            run.toBuilder()
                .setFacesDone(AnswerLog.count(answers(folder, run.getModelVersion())))
                .setRunning(running.containsKey(id) || isLocked(folder))
                .build());
      } catch (IOException | FaultException e) {
        // It is being begun, or has just ended.
        log.debug("unfinished evaluation not listed id={} error={}", id, e.toString());
      }
    }
    runs.sort(
        Comparator.comparing((UnfinishedEvaluation run) -> Contracts.instant(run.getStartedAt()))
            .reversed());
    return runs;
  }

  private List<String> ids() {
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .map(folder -> String.valueOf(folder.getFileName()))
          .filter(id -> ID.matcher(id).matches())
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw unavailable(root, e);
    }
  }

  private Path folder(String id) {
    if (!ID.matcher(id).matches() || !Files.isDirectory(root.resolve(id))) {
      throw unknown(id);
    }
    return root.resolve(id);
  }

  private static UnfinishedEvaluation read(Path folder) throws IOException {
    UnfinishedEvaluation.Builder run = UnfinishedEvaluation.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(folder.resolve(RUN)), run);
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS, "RUN_UNREADABLE", folder.resolve(RUN) + " cannot be read", e);
    }
    return run.build();
  }

  private static Instant lastUse(Path folder) throws IOException {
    Instant last = Files.getLastModifiedTime(folder).toInstant();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        last = changed.isAfter(last) ? changed : last;
      }
    }
    return last;
  }

  /** Empty where another holds it. */
  private static Optional<FileLock> lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // By this process: as good as by another.
      log.debug("locked here folder={}", folder);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return Optional.ofNullable(lock);
  }

  private static boolean isLocked(Path folder) throws IOException {
    Optional<FileLock> lock = lock(folder);
    lock.ifPresent(UnfinishedRuns::release);
    return lock.isEmpty();
  }

  private static void release(FileLock lock) {
    try {
      lock.acquiredBy().close();
    } catch (IOException e) {
      log.warn("lock not released error={}", e.toString());
    }
  }

  private static void deleteQuietly(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      log.warn("evaluation's folder not removed folder={} error={}", folder, e.toString());
    }
  }

  /** The description first: without it, what is left is no run. */
  private static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Files.deleteIfExists(folder.resolve(RUN));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  private static FaultException unknown(String id) {
    return FaultException.notFound("evaluation", id, "one of ListEvaluations");
  }

  private static FaultException runs(String id) {
    return FaultException.of(
        FaultKind.CONFLICT,
        "EVALUATION_RUNNING",
        "evaluation " + id + ": runs elsewhere (expected: one that has ended early)");
  }

  private static FaultException unavailable(Path folder, IOException e) {
    return FaultException.of(
        FaultKind.UNAVAILABLE,
        "RUNS_UNAVAILABLE",
        "unfinished evaluations in " + folder + ": " + e,
        e);
  }
}
