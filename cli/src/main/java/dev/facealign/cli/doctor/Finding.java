package dev.facealign.cli.doctor;

/**
 * What one check found.
 *
 * @param check what was looked at, a word or two
 * @param level how good it is
 * @param found what is there
 * @param next what to do about it; empty where all is well
 */
record Finding(String check, Level level, String found, String next) {

  /** How good it is. */
  enum Level {
    /** Nothing to do. */
    ok,
    /** The suite runs; something of it will be slow, or is missing. */
    warning,
    /** {@code facealign up} or {@code facealign detect} would not run. */
    problem
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Level.ok, found, "");
  }

  static Finding warning(String check, String found, String next) {
    return new Finding(check, Level.warning, found, next);
  }

  static Finding problem(String check, String found, String next) {
    return new Finding(check, Level.problem, found, next);
  }
}
