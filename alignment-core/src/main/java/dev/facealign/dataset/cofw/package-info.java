/**
 * COFW as its authors publish it: two MATLAB 7.3 files (METHOD section 1). jHDF knows how the
 * pieces of an HDF5 file are written; which pieces are looked at, and what a file of unknown origin
 * may make the reader read and hold, is decided here.
 */
@NullMarked
package dev.facealign.dataset.cofw;

import org.jspecify.annotations.NullMarked;
