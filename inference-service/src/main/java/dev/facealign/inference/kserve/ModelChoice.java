package dev.facealign.inference.kserve;

import dev.facealign.fault.FaultException;
import dev.facealign.inference.model.RegistryState;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.v1.ModelManifest;
import java.util.List;

/**
 * The protocol names a model by two words, name and version; the service by one, see {@link
 * RegistryState}.
 */
final class ModelChoice {
  /** Longest name or version; a version has 64 characters. */
  private static final int LONGEST = 256;

  private ModelChoice() {}

  /**
   * The reference that a name and a version mean.
   *
   * @param name alias, name, version or prefix; empty: "champion"
   * @param version a version or prefix that the name can stand for; empty: the name alone counts
   * @throws FaultException as {@link RegistryState#resolve}; INVALID_ARGUMENT: a version of another
   *     form; NOT_FOUND: the name has no such version
   */
  static String reference(RegistryState state, String name, String version) {
    requireLength("model_name", name);
    requireLength("model_version", version);
    return version.isEmpty()
        ? name
        : VersionPrefix.resolve("model_version", version, versions(state, name));
  }

  /**
   * The versions that a name stands for, newest first: all of a model's name, the one of an alias
   * or a version.
   *
   * @throws FaultException as {@link RegistryState#resolve}
   */
  private static List<String> versions(RegistryState state, String name) {
    ModelManifest manifest = state.resolve(name);
    boolean isName = manifest.getName().equals(name) && state.alias(name).isEmpty();
    return isName ? versionsOf(state, name) : List.of(manifest.getVersion());
  }

  /** All versions of a model's name, newest first. */
  static List<String> versionsOf(RegistryState state, String modelName) {
    return state.models().stream()
        .filter(model -> model.getName().equals(modelName))
        .map(ModelManifest::getVersion)
        .toList();
  }

  private static void requireLength(String field, String value) {
    if (value.length() > LONGEST) {
      throw FaultException.invalid(
          field, value.length() + " characters", "at most " + LONGEST + " characters");
    }
  }
}
