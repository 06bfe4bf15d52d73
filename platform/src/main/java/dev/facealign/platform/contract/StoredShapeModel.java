package dev.facealign.platform.contract;

import dev.facealign.shape.ShapeModel;
import java.time.Instant;

/**
 * A shape model as it lies in the store.
 *
 * @param version SHA-256 of its file
 * @param message the contract's message, {@code version} set
 * @param model its numbers
 * @param publishedAt when it was published first
 */
public record StoredShapeModel(
    String version, dev.facealign.v1.ShapeModel message, ShapeModel model, Instant publishedAt) {}
