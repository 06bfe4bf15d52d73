/** {@code facealign sweep}: many jobs over a grid, and their comparison. */
@NullMarked
package dev.facealign.cli.sweep;

import org.jspecify.annotations.NullMarked;
