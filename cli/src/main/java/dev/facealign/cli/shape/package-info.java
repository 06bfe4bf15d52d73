/** Shape models. */
@NullMarked
package dev.facealign.cli.shape;

import org.jspecify.annotations.NullMarked;
