/** From a picture to its landmarks, free of any transport. */
@NullMarked
package dev.facealign.inference.finding;

import org.jspecify.annotations.NullMarked;
