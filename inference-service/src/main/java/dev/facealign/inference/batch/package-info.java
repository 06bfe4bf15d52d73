/** Faces of all callers, brought together to batches. */
@NullMarked
package dev.facealign.inference.batch;

import org.jspecify.annotations.NullMarked;
