/** Where the faces of a picture are. */
@NullMarked
package dev.facealign.inference.face;

import org.jspecify.annotations.NullMarked;
