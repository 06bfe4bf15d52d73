/** Points of a face and what they mean. */
@NullMarked
package dev.facealign.landmark;

import org.jspecify.annotations.NullMarked;
