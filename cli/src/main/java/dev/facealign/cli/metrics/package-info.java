/** {@code facealign metrics}: predictions made elsewhere, measured as evaluations are. */
@NullMarked
package dev.facealign.cli.metrics;

import org.jspecify.annotations.NullMarked;
