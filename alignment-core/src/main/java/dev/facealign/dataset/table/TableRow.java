package dev.facealign.dataset.table;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What one line says.
 *
 * @param picture as written
 * @param split that it belongs to
 * @param box null where it has none
 * @param occluded null where it has no flags
 */
record TableRow(
    String picture,
    String split,
    Landmarks landmarks,
    @Nullable Box box,
    @Nullable BitSet occluded) {}
