/** What networks in 8-bit integers are worth. */
@NullMarked
package dev.facealign.benchmarks.quantised;

import org.jspecify.annotations.NullMarked;
