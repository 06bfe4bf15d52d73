/** Sweeps: one submission that is many jobs. */
@NullMarked
package dev.facealign.trainer.sweep;

import org.jspecify.annotations.NullMarked;
