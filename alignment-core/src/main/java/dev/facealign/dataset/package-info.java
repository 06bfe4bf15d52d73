/** Annotated faces on disk: what they are, and how layouts are read. */
@NullMarked
package dev.facealign.dataset;

import org.jspecify.annotations.NullMarked;
