/** How sure one may be that there is a face with these landmarks. */
@NullMarked
package dev.facealign.inference.score;

import org.jspecify.annotations.NullMarked;
