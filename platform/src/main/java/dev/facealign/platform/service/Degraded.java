package dev.facealign.platform.service;

import io.micronaut.health.HealthStatus;

/** A health between UP and DOWN. */
public final class Degraded {

  /** The service serves, but something it uses is missing; {@code /health} answers 200 with it. */
  public static final HealthStatus STATUS =
      new HealthStatus("DEGRADED", "serves, with something missing", null, 100);

  private Degraded() {}
}
