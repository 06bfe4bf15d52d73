/** Fitting shape models, beside NumPy. */
@NullMarked
package dev.facealign.benchmarks.shape;

import org.jspecify.annotations.NullMarked;
