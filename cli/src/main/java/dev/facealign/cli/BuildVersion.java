package dev.facealign.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class BuildVersion implements IVersionProvider {
  /** Such as "0.1.0". */
  static String facealign() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"facealign " + facealign() + ", Java " + Runtime.version()};
  }
}
