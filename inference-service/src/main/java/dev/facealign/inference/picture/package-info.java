/** Pictures as callers send them. */
@NullMarked
package dev.facealign.inference.picture;

import org.jspecify.annotations.NullMarked;
