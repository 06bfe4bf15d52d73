/** Programs that try one native library and say what they found. */
@NullMarked
package dev.facealign.inference.probe;

import org.jspecify.annotations.NullMarked;
