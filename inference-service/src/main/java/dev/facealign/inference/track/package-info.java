/** Faces from picture to picture of a stream: identities, and points smoothed over time. */
@NullMarked
package dev.facealign.inference.track;

import org.jspecify.annotations.NullMarked;
