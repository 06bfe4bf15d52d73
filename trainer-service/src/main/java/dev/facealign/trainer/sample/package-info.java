/** What runs make of a few faces, kept epoch by epoch. */
@NullMarked
package dev.facealign.trainer.sample;

import org.jspecify.annotations.NullMarked;
