package dev.facealign.cli.doctor;

/** Looks at one thing. */
interface Check {
  /** What it finds; it changes nothing that lasts. */
  Finding look() throws InterruptedException;
}
