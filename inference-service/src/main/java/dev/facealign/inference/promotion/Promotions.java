package dev.facealign.inference.promotion;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.inference.model.LoadedModel;
import dev.facealign.inference.model.ModelLoader;
import dev.facealign.inference.model.ModelRegistry;
import dev.facealign.inference.model.ModelSettings;
import dev.facealign.inference.model.RegistryLog;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.inference.model.ServingModels;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves aliases. One move at a time: each is compared with what the registry holds, proved,
 * published, and waited for until the registry has it and, for the champion, until it serves.
 *
 * <p>The comparison is this process's: where several inference services share a registry, moves of
 * one alias must go through one of them.
 */
@Singleton
public final class Promotions {
  private static final Logger log = LoggerFactory.getLogger(Promotions.class);
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final int REMEMBERED = 20;
  private static final int LONGEST_REASON = 1024;

  private final ModelRegistry registry;
  private final ModelLoader loader;
  private final ServingModels models;
  private final RegistryLog topic;
  private final Duration timeout;
  private final Clock clock;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  public Promotions(
      ModelRegistry registry,
      ModelLoader loader,
      ServingModels models,
      RegistryLog topic,
      ModelSettings settings) {
    this.registry = registry;
    this.loader = loader;
    this.models = models;
    this.topic = topic;
    this.timeout = settings.promotionTimeout();
    this.clock = Clock.systemUTC();
  }

  /**
   * Points an alias at a model. Pointing it where it points already changes nothing.
   *
   * @param reference version, prefix, name or another alias
   * @param alias empty: "champion"
   * @param expectedCurrent the version that the alias must point at now, empty where it must be
   *     unassigned; absent: not compared
   * @param reason for the record
   * @throws FaultException NOT_FOUND; CONFLICT (reason ALIAS_MOVED): it points elsewhere; DATA_LOSS
   *     and FAILED_PRECONDITION: the model's artifact is damaged or unfit; UNAVAILABLE: Kafka or
   *     the store is away, or the model does not serve in time
   */
  public AliasAssignment promote(
      String reference, String alias, Optional<String> expectedCurrent, String reason) {
    String name = aliasName(alias);
    requireReason(reason);
    if (reference.isEmpty()) {
      throw FaultException.invalid("model", reference, "a version, its prefix, or a name");
    }
    return alone(
        () -> {
          RegistryState state = currentState();
          ModelManifest manifest = state.resolve(reference);
          Optional<AliasAssignment> current = state.alias(name);
          requireCurrent(name, expectedCurrent, current);
          prove(manifest);
          if (current.isPresent() && current.get().getVersion().equals(manifest.getVersion())) {
            awaitServing(name, manifest.getVersion());
            return current.get();
          }
          List<String> previous = new ArrayList<>();
          current.ifPresent(
              assignment -> {
                previous.add(assignment.getVersion());
                previous.addAll(assignment.getPreviousVersionsList());
              });
          return assign(name, manifest.getVersion(), previous, reason);
        });
  }

  /**
   * Points an alias back at the version before, which is thereby taken from its history: rolling
   * back again goes one version further.
   *
   * @param alias empty: "champion"
   * @throws FaultException FAILED_PRECONDITION (reason NO_PREVIOUS_VERSION); otherwise as {@link
   *     #promote}
   */
  public AliasAssignment rollback(String alias, String reason) {
    String name = aliasName(alias);
    requireReason(reason);
    return alone(
        () -> {
          RegistryState state = currentState();
          AliasAssignment current =
              state.alias(name).orElseThrow(() -> noPrevious(name, "it is not assigned"));
          if (current.getPreviousVersionsCount() == 0) {
            throw noPrevious(
                name, "it points at " + current.getVersion() + " and never pointed elsewhere");
          }
          String back = current.getPreviousVersions(0);
          prove(state.resolve(back));
          List<String> previous =
              current.getPreviousVersionsList().subList(1, current.getPreviousVersionsCount());
          return assign(name, back, previous, reason);
        });
  }

  private interface Move {
    AliasAssignment make() throws InterruptedException;
  }

  private AliasAssignment alone(Move move) {
    try {
      if (!oneAtATime.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw unavailable("another alias is being moved", null);
      }
      try {
        return move.make();
      } finally {
        oneAtATime.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    }
  }

  private RegistryState currentState() {
    if (!topic.caughtUp()) {
      throw unavailable("the registry is still being read", null);
    }
    return registry.state();
  }

  /** Bytes anew, whatever is in memory; then a load with its trial run, unless it is in memory. */
  private void prove(ModelManifest manifest) throws InterruptedException {
    loader.verify(manifest);
    try (LoadedModel.Lease lease =
        models.acquire(manifest).get(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      log.info("model proved version={}", lease.model().version());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FaultException fault) {
        throw fault;
      }
      throw new IllegalStateException("model " + manifest.getVersion() + " was not loaded", e);
    } catch (TimeoutException e) {
      throw unavailable("model " + manifest.getVersion() + " is still being loaded", e);
    }
  }

  private AliasAssignment assign(String alias, String version, List<String> previous, String reason)
      throws InterruptedException {
    AliasAssignment assignment =
        AliasAssignment.newBuilder()
            .setAlias(alias)
            .setVersion(version)
            .addAllPreviousVersions(previous.subList(0, Math.min(REMEMBERED, previous.size())))
            .setReason(reason)
            .setAssignedAt(Contracts.toProto(clock.instant()))
            .build();
    topic.publish(assignment, timeout);
    awaitServing(alias, version);
    log.info("alias moved alias={} version={} previous={}", alias, version, previous.size());
    return assignment;
  }

  private void awaitServing(String alias, String version) throws InterruptedException {
    if (alias.equals(RegistryState.CHAMPION) && !models.awaitChampion(version, timeout)) {
      throw unavailable(
          "the alias points at " + version + ", but it does not serve yet; see the log", null);
    }
  }

  private static void requireCurrent(
      String alias, Optional<String> expected, Optional<AliasAssignment> current) {
    String actual = current.map(AliasAssignment::getVersion).orElse("");
    if (expected.isPresent() && !expected.get().equals(actual)) {
      throw FaultException.of(
          FaultKind.CONFLICT,
          "ALIAS_MOVED",
          "alias %s: points at %s (expected: %s)"
              .formatted(alias, orNothing(actual), orNothing(expected.get())));
    }
  }

  private static String orNothing(String version) {
    return version.isEmpty() ? "nothing" : version;
  }

  private static String aliasName(String alias) {
    String name = alias.isEmpty() ? RegistryState.CHAMPION : alias;
    if (!ALIAS.matcher(name).matches()) {
      throw FaultException.invalid("alias", name, "1 to 64 letters, digits and '-'");
    }
    return name;
  }

  private static void requireReason(String reason) {
    if (reason.length() > LONGEST_REASON) {
      throw FaultException.invalid(
          "reason", reason.length() + " characters", "at most " + LONGEST_REASON + " characters");
    }
  }

  private static FaultException noPrevious(String alias, String why) {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION,
        "NO_PREVIOUS_VERSION",
        "alias " + alias + ": " + why + " (expected: a version before)");
  }

  private static FaultException unavailable(String what, @Nullable Exception cause) {
    return FaultException.of(FaultKind.UNAVAILABLE, "PROMOTION_UNAVAILABLE", what, cause);
  }
}
