/** Shape models to look at: their numbers, and a sheet that draws them. */
@NullMarked
package dev.facealign.shape.report;

import org.jspecify.annotations.NullMarked;
