package dev.facealign.dataset.inspect;

/**
 * Something found at one place.
 *
 * @param kind what it is
 * @param message place, value and what was expected
 */
public record Finding(FindingKind kind, String message) {}
