/** From a picture to a network's input, and back: regions, policies, label units. */
@NullMarked
package dev.facealign.crop;

import org.jspecify.annotations.NullMarked;
