/** What recipes are worth on real faces: whole training runs, their curves and test figures. */
@NullMarked
package dev.facealign.benchmarks.accuracy;

import org.jspecify.annotations.NullMarked;
