package dev.facealign.inference.model;

import dev.facealign.v1.ModelRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record of the registry was taken in.
 *
 * @param key the record's key
 * @param record null: the key was deleted
 * @param before the state before it
 * @param after the state after it
 */
public record RegistryChange(
    String key, @Nullable ModelRecord record, RegistryState before, RegistryState after) {}
