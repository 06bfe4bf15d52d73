/** Plots of a report as SVG pictures. */
@NullMarked
package dev.facealign.evaluation.plot;

import org.jspecify.annotations.NullMarked;
