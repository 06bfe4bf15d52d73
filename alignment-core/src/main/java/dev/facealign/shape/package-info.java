/** Active shape models: mean face, eigenvectors, smooth faces, phi (METHOD 2 and 3). */
@NullMarked
package dev.facealign.shape;

import org.jspecify.annotations.NullMarked;
