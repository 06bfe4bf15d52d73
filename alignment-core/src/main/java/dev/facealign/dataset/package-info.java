/** Annotated faces on disk, in 300W's layout. */
@NullMarked
package dev.facealign.dataset;

import org.jspecify.annotations.NullMarked;
