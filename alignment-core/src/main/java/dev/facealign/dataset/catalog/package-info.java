/** Datasets by name or folder, whatever their layout and landmark scheme. */
@NullMarked
package dev.facealign.dataset.catalog;

import org.jspecify.annotations.NullMarked;
