package dev.facealign.cli.standalone;

import java.nio.file.Path;

/** A child that died or did not become ready. */
final class ChildFailure extends Exception {
  private final String child;
  private final Path log;

  ChildFailure(Program program, String what) {
    super(program.name() + " " + what);
    this.child = program.name();
    this.log = program.log();
  }

  String child() {
    return child;
  }

  Path log() {
    return log;
  }
}
