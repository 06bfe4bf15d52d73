/** Datasets on this machine. */
@NullMarked
package dev.facealign.cli.dataset;

import org.jspecify.annotations.NullMarked;
