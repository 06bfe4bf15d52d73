/** Landmarks in the caller's own process, for programs that run for one photograph. */
@NullMarked
package dev.facealign.inference.local;

import org.jspecify.annotations.NullMarked;
