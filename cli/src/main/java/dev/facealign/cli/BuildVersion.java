package dev.facealign.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class BuildVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return new String[] {
      "facealign " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
    };
  }
}
