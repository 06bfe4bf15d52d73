/** Networks in 8-bit integers: made of trained ones, and tried on faces held out. */
@NullMarked
package dev.facealign.trainer.quantise;

import org.jspecify.annotations.NullMarked;
