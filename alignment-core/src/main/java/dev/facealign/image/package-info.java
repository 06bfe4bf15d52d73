/** Pictures of unknown origin: decoding within limits, sampling crops. */
@NullMarked
package dev.facealign.image;

import org.jspecify.annotations.NullMarked;
