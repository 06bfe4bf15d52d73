package dev.facealign.inference.model;

import com.google.protobuf.util.Timestamps;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.platform.kafka.ModelRecordKey;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The models and aliases that the topic facealign.models tells of, at one moment. Immutable.
 *
 * <p>A model is named by an alias, a version, a version's prefix of at least 8 digits, or a name,
 * which stands for its newest version; where a text could be several of these, the first in this
 * order counts.
 */
public final class RegistryState {
  /** The alias that serves requests that name no model. */
  public static final String CHAMPION = "champion";

  private static final Pattern VERSION = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Comparator<ModelManifest> NEWEST_FIRST =
      Comparator.comparing(ModelManifest::getCreatedAt, Timestamps.comparator())
          .reversed()
          .thenComparing(ModelManifest::getVersion);

  private static final RegistryState EMPTY = new RegistryState(new TreeMap<>(), new TreeMap<>());

  private final SortedMap<String, ModelManifest> models;
  private final SortedMap<String, AliasAssignment> aliases;

  private RegistryState(
      SortedMap<String, ModelManifest> models, SortedMap<String, AliasAssignment> aliases) {
    this.models = Collections.unmodifiableSortedMap(models);
    this.aliases = Collections.unmodifiableSortedMap(aliases);
  }

  /** No model, no alias. */
  public static RegistryState empty() {
    return EMPTY;
  }

  /**
   * The state after a record.
   *
   * @param key as {@link ModelRecordKey} makes them
   * @param record null: the key was deleted
   * @throws FaultException INVALID_ARGUMENT: the record is not what its key says
   */
  public RegistryState with(String key, @Nullable ModelRecord record) {
    SortedMap<String, ModelManifest> newModels = new TreeMap<>(models);
    SortedMap<String, AliasAssignment> newAliases = new TreeMap<>(aliases);
    if (key.startsWith(ModelRecordKey.MODEL_PREFIX)) {
      String version = key.substring(ModelRecordKey.MODEL_PREFIX.length());
      if (record == null) {
        newModels.remove(version);
      } else {
        require(
            record.hasModel()
                && record.getModel().getVersion().equals(version)
                && VERSION.matcher(version).matches(),
            key,
            "a model with this version, 64 lower-case hexadecimal digits");
        newModels.put(version, record.getModel());
      }
    } else if (key.startsWith(ModelRecordKey.ALIAS_PREFIX)) {
      String alias = key.substring(ModelRecordKey.ALIAS_PREFIX.length());
      if (record == null) {
        newAliases.remove(alias);
      } else {
        require(
            record.hasAlias()
                && record.getAlias().getAlias().equals(alias)
                && ALIAS.matcher(alias).matches()
                && VERSION.matcher(record.getAlias().getVersion()).matches(),
            key,
            "an assignment of this alias to a version of 64 lower-case hexadecimal digits");
        newAliases.put(alias, record.getAlias());
      }
    } else {
      require(
          false,
          key,
          "a key that begins with "
              + ModelRecordKey.MODEL_PREFIX
              + " or "
              + ModelRecordKey.ALIAS_PREFIX);
    }
    return new RegistryState(newModels, newAliases);
  }

  /** All models, newest first. */
  public List<ModelManifest> models() {
    return models.values().stream().sorted(NEWEST_FIRST).toList();
  }

  /** The model of a version. */
  public Optional<ModelManifest> model(String version) {
    return Optional.ofNullable(models.get(version));
  }

  /** What an alias points at, if it is assigned. */
  public Optional<AliasAssignment> alias(String alias) {
    return Optional.ofNullable(aliases.get(alias));
  }

  /** All aliases by name. */
  public List<AliasAssignment> aliases() {
    return List.copyOf(aliases.values());
  }

  /** Names of the aliases that point at a version. */
  public List<String> aliasesOf(String version) {
    return aliases.values().stream()
        .filter(assignment -> assignment.getVersion().equals(version))
        .map(AliasAssignment::getAlias)
        .toList();
  }

  /** Everything as records by key, models before aliases. */
  public Map<String, ModelRecord> records() {
    Map<String, ModelRecord> records = new LinkedHashMap<>();
    models.forEach(
        (version, manifest) ->
            records.put(
                ModelRecordKey.ofModel(version),
                ModelRecord.newBuilder().setModel(manifest).build()));
    aliases.forEach(
        (alias, assignment) ->
            records.put(
                ModelRecordKey.ofAlias(alias),
                ModelRecord.newBuilder().setAlias(assignment).build()));
    return records;
  }

  /**
   * The model that a text names.
   *
   * @param reference as the class says; empty: "champion"
   * @throws FaultException NOT_FOUND (reason MODEL_NOT_FOUND); FAILED_PRECONDITION (reason
   *     NO_CHAMPION): no champion was promoted yet; INVALID_ARGUMENT (reason VERSION_AMBIGUOUS): a
   *     prefix that fits several
   */
  public ModelManifest resolve(String reference) {
    String text = reference.isEmpty() ? CHAMPION : reference;
    AliasAssignment assignment = aliases.get(text);
    if (assignment != null) {
      return requireModel(assignment.getVersion(), "alias " + text);
    }
    if (text.equals(CHAMPION)) {
      throw noChampion();
    }
    if (VersionPrefix.isVersionOrPrefix(text)) {
      List<ModelManifest> fitting =
          models.tailMap(text).values().stream()
              .takeWhile(manifest -> manifest.getVersion().startsWith(text))
              .toList();
      if (fitting.size() == 1) {
        return fitting.get(0);
      }
      if (fitting.size() > 1) {
        throw FaultException.invalid(
            "VERSION_AMBIGUOUS",
            "model",
            text,
            "a prefix of one version; this one fits " + fitting.size());
      }
    }
    return models.values().stream()
        .filter(manifest -> manifest.getName().equals(text))
        .min(NEWEST_FIRST)
        .orElseThrow(
            () ->
                FaultException.notFound(
                    "model",
                    text,
                    "an alias, a version or at least 8 digits of it, or a name; there are "
                        + known()));
  }

  private ModelManifest requireModel(String version, String whence) {
    ModelManifest manifest = models.get(version);
    if (manifest == null) {
      throw FaultException.notFound("model", version, "a published model, as " + whence + " says");
    }
    return manifest;
  }

  private FaultException noChampion() {
    return FaultException.of(
        FaultKind.FAILED_PRECONDITION,
        "NO_CHAMPION",
        "model: champion (expected: a promoted model; "
            + (models.isEmpty()
                ? "no model was published yet"
                : "promote one of " + known() + " or name one in the request")
            + ")");
  }

  /** A few names, for messages. */
  private String known() {
    List<String> names = models().stream().map(ModelManifest::getName).distinct().limit(5).toList();
    return "the names " + names + " and the aliases " + aliases.keySet();
  }

  private static void require(boolean valid, String key, String expected) {
    if (!valid) {
      throw FaultException.invalid("record of key " + key, "another", expected);
    }
  }
}
