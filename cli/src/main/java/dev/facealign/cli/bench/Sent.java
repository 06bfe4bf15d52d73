package dev.facealign.cli.bench;

/**
 * A request on its way.
 *
 * @param dueNanos when it was to be sent, by {@link System#nanoTime}
 * @param sentNanos when it was sent
 */
record Sent(long dueNanos, long sentNanos) {}
