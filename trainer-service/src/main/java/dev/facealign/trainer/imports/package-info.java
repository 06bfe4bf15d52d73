/** Models from weights that were trained elsewhere. */
@NullMarked
package dev.facealign.trainer.imports;

import org.jspecify.annotations.NullMarked;
