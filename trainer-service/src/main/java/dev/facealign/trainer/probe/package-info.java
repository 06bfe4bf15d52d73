/** A program that tries PyTorch and says what it found. */
@NullMarked
package dev.facealign.trainer.probe;

import org.jspecify.annotations.NullMarked;
