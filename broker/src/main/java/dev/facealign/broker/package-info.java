/**
 * A real single-node Kafka broker for one machine: inside a test's JVM ({@link
 * dev.facealign.broker.EmbeddedBroker}) or as a process of its own ({@link
 * dev.facealign.broker.BrokerApplication}).
 */
@NullMarked
package dev.facealign.broker;

import org.jspecify.annotations.NullMarked;
