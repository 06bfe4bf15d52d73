package dev.facealign.dataset.inspect;

/**
 * Sizes in pixels.
 *
 * @param smallest of all
 * @param median half are at most as large
 * @param largest of all
 */
public record SizeRange(int smallest, int median, int largest) {}
