/** Faults that a caller can understand and act on. */
@NullMarked
package dev.facealign.fault;

import org.jspecify.annotations.NullMarked;
