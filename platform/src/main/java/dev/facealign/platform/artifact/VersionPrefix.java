package dev.facealign.platform.artifact;

import dev.facealign.fault.FaultException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A version, or its beginning: at least 8 of its 64 hexadecimal digits, enough to fit exactly one
 * artifact.
 */
public final class VersionPrefix {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8,64}");

  private VersionPrefix() {}

  /** Whether a text has the form of a version or of its prefix. */
  public static boolean isVersionOrPrefix(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * The one version that a text names.
   *
   * @param what the sort of artifact, for the message, such as "shape model"
   * @param versionOrPrefix 8 to 64 lower-case hexadecimal digits
   * @param versions all there are
   * @throws FaultException INVALID_ARGUMENT: of another form, or fits several; NOT_FOUND: fits none
   */
  public static String resolve(String what, String versionOrPrefix, Collection<String> versions) {
    if (!isVersionOrPrefix(versionOrPrefix)) {
      throw FaultException.invalid(
          "version", versionOrPrefix, "8 to 64 lower-case hexadecimal digits");
    }
    List<String> fitting =
        versions.stream().filter(v -> v.startsWith(versionOrPrefix)).distinct().toList();
    if (fitting.isEmpty()) {
      throw FaultException.notFound(
          what, versionOrPrefix, "a published version or its prefix; there are " + versions.size());
    }
    if (fitting.size() > 1) {
      throw FaultException.invalid(
          "VERSION_AMBIGUOUS",
          "version",
          versionOrPrefix,
          "a prefix that fits one " + what + ", this one fits " + fitting.size());
    }
    return fitting.get(0);
  }
}
