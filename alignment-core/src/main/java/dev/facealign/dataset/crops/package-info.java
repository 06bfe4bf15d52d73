/** The published code's layout: crops beside NumPy arrays of points. */
@NullMarked
package dev.facealign.dataset.crops;

import org.jspecify.annotations.NullMarked;
