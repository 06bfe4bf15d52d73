package dev.facealign.platform.artifact;

/**
 * One file of an artifact.
 *
 * @param name file name, without folders
 * @param sizeBytes bytes
 * @param sha256 of the content, lower-case hexadecimal
 */
public record StoredFile(String name, long sizeBytes, String sha256) {}
