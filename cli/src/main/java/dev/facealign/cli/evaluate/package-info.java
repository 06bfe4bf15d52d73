/** Accuracy of models. */
@NullMarked
package dev.facealign.cli.evaluate;

import org.jspecify.annotations.NullMarked;
