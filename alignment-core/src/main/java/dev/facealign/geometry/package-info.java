/** Boxes and maps of the plane. */
@NullMarked
package dev.facealign.geometry;

import org.jspecify.annotations.NullMarked;
