package dev.facealign.inference.model;

import dev.facealign.fault.FaultException;
import dev.facealign.v1.AliasAssignment;
import java.time.Duration;

/** Where the registry's records come from, and new assignments go to. */
public sealed interface RegistryLog permits RegistryTopic, StoreRegistry {

  /** Whether all was read that was there when the service started. */
  boolean caughtUp();

  /**
   * Publishes an assignment and waits until it is part of the registry's state.
   *
   * @throws FaultException UNAVAILABLE: Kafka is away; the assignment may be published later all
   *     the same
   */
  void publish(AliasAssignment assignment, Duration timeout);
}
