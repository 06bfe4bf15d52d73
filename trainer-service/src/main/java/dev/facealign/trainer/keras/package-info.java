/** Weights published as Keras's HDF5 files, as this project's networks compute with them. */
@NullMarked
package dev.facealign.trainer.keras;

import org.jspecify.annotations.NullMarked;
